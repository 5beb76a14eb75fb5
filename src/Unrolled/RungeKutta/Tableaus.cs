namespace Unrolled.RungeKutta;

/// <summary>
/// The classical explicit Runge-Kutta methods, as data. Tests prove the order of each in exact arithmetic, of its
/// embedded methods and of its interpolant too.
/// </summary>
/// <remarks>
/// Reference unless stated at the method: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I,
/// chapter II, doi:10.1007/978-3-540-78862-1.
/// </remarks>
public static class Tableaus
{
    /// <summary>Euler's method, order 1.</summary>
    public static ButcherTableau Euler { get; } = ButcherTableau.Parse("Euler", 1, "1");

    /// <summary>The explicit midpoint rule, order 2.</summary>
    public static ButcherTableau Midpoint { get; } = ButcherTableau.Parse("midpoint", 2, """
        1/2
        0  1
        """);

    /// <summary>Heun's method with 2 stages (the explicit trapezoidal rule), order 2.</summary>
    public static ButcherTableau Heun2 { get; } = ButcherTableau.Parse("Heun 2", 2, """
        1
        1/2  1/2
        """);

    /// <summary>Ralston's method with 2 stages, order 2, of least error bound; doi:10.1090/S0025-5718-1962-0150954-0.</summary>
    public static ButcherTableau Ralston2 { get; } = ButcherTableau.Parse("Ralston 2", 2, """
        2/3
        1/4  3/4
        """);

    /// <summary>Kutta's method with 3 stages, order 3.</summary>
    public static ButcherTableau Kutta3 { get; } = ButcherTableau.Parse("Kutta 3", 3, """
        1/2
        -1   2
        1/6  2/3  1/6
        """);

    /// <summary>Heun's method with 3 stages, order 3.</summary>
    public static ButcherTableau Heun3 { get; } = ButcherTableau.Parse("Heun 3", 3, """
        1/3
        0    2/3
        1/4  0    3/4
        """);

    /// <summary>Ralston's method with 3 stages, order 3, of least error bound; doi:10.1090/S0025-5718-1962-0150954-0.</summary>
    public static ButcherTableau Ralston3 { get; } = ButcherTableau.Parse("Ralston 3", 3, """
        1/2
        0    3/4
        2/9  1/3  4/9
        """);

    /// <summary>The strong-stability-preserving method of Shu and Osher, order 3; doi:10.1016/0021-9991(88)90177-5.</summary>
    public static ButcherTableau Ssp3 { get; } = ButcherTableau.Parse("SSP 3", 3, """
        1
        1/4  1/4
        1/6  1/6  2/3
        """);

    /// <summary>The classical Runge-Kutta method, order 4.</summary>
    public static ButcherTableau RungeKutta4 { get; } = ButcherTableau.Parse("RK4", 4, """
        1/2
        0    1/2
        0    0    1
        1/6  1/3  1/3  1/6
        """);

    /// <summary>Kutta's 3/8 rule, order 4.</summary>
    public static ButcherTableau ThreeEighths { get; } = ButcherTableau.Parse("3/8 rule", 4, """
        1/3
        -1/3  1
        1    -1    1
        1/8   3/8  3/8  1/8
        """);

    /// <summary>Ralston's method with 4 stages, order 4, of least error bound, in closed form; doi:10.1090/S0025-5718-1962-0150954-0.</summary>
    public static ButcherTableau Ralston4 { get; } = ClosedFormOfRalston4(Math.Sqrt(5));

    /// <summary>
    /// Bogacki and Shampine's pair, order 3 with an estimate of order 2, first same as last; Hermite dense output of order
    /// 3. doi:10.1016/0893-9659(89)90079-7.
    /// </summary>
    public static ButcherTableau BogackiShampine { get; } = ButcherTableau.Parse("Bogacki-Shampine 3(2)", 3, """
        1/2
        0    3/4
        2/9  1/3  4/9
        2/9  1/3  4/9  0
        """).WithEmbedded(2, "7/24 1/4 1/3 1/8");

    /// <summary>
    /// Dormand and Prince's pair, order 5 with an estimate of order 4, first same as last, doi:10.1016/0771-050X(80)90013-3;
    /// Shampine's dense output of order 4, doi:10.1090/S0025-5718-1986-0815836-3.
    /// </summary>
    public static ButcherTableau DormandPrince { get; } = ButcherTableau.Parse("Dormand-Prince 5(4)", 5, """
        1/5
        3/40        9/40
        44/45       -56/15       32/9
        19372/6561  -25360/2187  64448/6561  -212/729
        9017/3168   -355/33      46732/5247  49/176    -5103/18656
        35/384      0            500/1113    125/192   -2187/6784   11/84
        35/384      0            500/1113    125/192   -2187/6784   11/84  0
        """)
        .WithEmbedded(4, "5179/57600 0 7571/16695 393/640 -92097/339200 187/2100 1/40")
        .WithDenseOutput(4, [], [Row("""
            -12715105075/11282082432  0  87487479700/32700410799  -10690763975/1880347072
            701980252875/199316789632  -1453857185/822651844  69997945/29380423
            """)]);

    /// <summary>
    /// Tsitouras' pair, order 5 with an estimate of order 4, first same as last, dense output of order 4;
    /// doi:10.1016/j.camwa.2011.06.002. Its coefficients are irrational: decimals to 32 digits.
    /// </summary>
    /// <remarks>
    /// The smallest entry of each row is not the nearest double but keeps the sum of the row: the entries are up to 13, and
    /// nearest doubles would move a node by 7e-16 and thereby b·c⁴ by 1.05e-14.
    /// </remarks>
    public static ButcherTableau Tsitouras { get; } = ButcherTableau.Parse("Tsitouras 5(4)", 5, """
        0.161
        -0.0084806554923569885444268742502308  0.3354806554923569885444268742502308
        2.8971530571054934321304325941929388  -6.3594484899750748431481599123838256  4.3622954328695814110177273181908869
        5.3258648284392566044288779208405113  -11.7488835640628278777471703397857730  7.4955393428898362083046047845643582  -0.0924950663617552492565020793320719
        5.8614554429464200286592514869826479  -12.9209693178471092917061186817833594  8.1593678985761586431804007945392535  -0.0715849732814009972245305425258297  -0.0282690503940683829090030572127122
        0.0964607668180652295181673131651288  0.01  0.4798896504144995747752495322905965  1.3790085741037418931922748218568728  -3.2900695154360806799010475857113639  2.3247105240997739824153559183987658
        0.0964607668180652295181673131651288  0.01  0.4798896504144995747752495322905965  1.3790085741037418931922748218568728  -3.2900695154360806799010475857113639  2.3247105240997739824153559183987658  0
        """)
        .KeepingRowSums()
        .WithEmbedded(4, """
            0.0946807557658394580747887625575892  0.0091835655403432530967763639366453  0.4877705284247615707855642599631228
            1.2342975669304789856551096738842377  -2.7077123499835254548811099750593217  1.8666284181705870357537193995662115  1/66
            """)
        .WithDenseOutput(4, [], [Row("""
            -1.05308849772902155724  0.1017  2.49062728565125279312  -16.54810288924490271902
            47.37952196281928122156  -34.87065786149660973842  2.5
            """)]);

    /// <summary>
    /// Dormand and Prince's method of order 8 with Hairer's estimates of orders 5 and 3 and dense output of order 7; see
    /// <see cref="RungeKutta.Dop853"/>.
    /// </summary>
    public static ButcherTableau Dop853 { get; } = RungeKutta.Dop853.Tableau();

    /// <summary>All of them, by order, then in the order of this page.</summary>
    public static IReadOnlyList<ButcherTableau> All { get; } =
    [
        Euler, Midpoint, Heun2, Ralston2, Kutta3, Heun3, Ralston3, Ssp3, BogackiShampine,
        RungeKutta4, ThreeEighths, Ralston4, DormandPrince, Tsitouras, Dop853,
    ];

    private static double[] Row(string text) => PackedTriangle.Round(PackedTriangle.ParseRow(text));

    private static ButcherTableau ClosedFormOfRalston4(double root5) => new("Ralston 4", 4,
    [
        2.0 / 5,
        (-2889 + (1428 * root5)) / 1024, (3785 - (1620 * root5)) / 1024,
        (-3365 + (2094 * root5)) / 6040, (-975 - (3046 * root5)) / 2552, (467040 + (203968 * root5)) / 240845,
        (263 + (24 * root5)) / 1812, (125 - (1000 * root5)) / 3828, 1024 * (3346 + (1623 * root5)) / 5924787, (30 - (4 * root5)) / 123,
    ]);
}
