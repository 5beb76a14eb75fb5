namespace Unrolled.RungeKutta;

/// <summary>
/// Learned methods as they were published, with six decimals, to compare with: those of RK-NN, each with the family that it was trained
/// on, and two methods with six stages tuned from Dormand-Prince.
/// </summary>
/// <remarks>
/// Their weights are divided by their sum, which the rounding to six decimals leaves up to 3e-6 away from 1. Reference: Guo, Dietrich,
/// Bertalan, Doncevic, Dahmen, Kevrekidis, Li, SIAM J. Sci. Comput. 44 (2022) A1911-A1933, arXiv:2105.01303.
/// </remarks>
public static class PublishedTableaus
{
    /// <summary>y' = -a y^2: two stages of order 3 on this family alone.</summary>
    public static ButcherTableau SquareTwoStages { get; } = Consistent("RK-NN rk2_taylor3", 2, [2.0, .75, .25]);

    /// <summary>y' = -a y^2.</summary>
    public static ButcherTableau SquareThreeStages { get; } = Consistent("RK-NN rk3_taylor3", 1, [.920589, .822755, 1.262484, .553341, .370404, .076255]);

    /// <summary>y' = -a y^2, another seed.</summary>
    public static ButcherTableau SquareThreeStagesSeed1 { get; } = Consistent("RK-NN rk3_taylor3, seed 1", 1, [.90556, .77255, 1.135876, .547945, .361682, .090373]);

    /// <summary>y' = -a y^2: four stages of order 6 on this family alone.</summary>
    public static ButcherTableau SquareFourStages { get; } =
        Consistent("RK-NN rk4_taylor6", 1, [.661555, .373258, .647536, -.183968, -.086565, .522516, .201663, .449886, .149025, .199427]);

    /// <summary>y' = -a y.</summary>
    public static ButcherTableau Linear { get; } = Consistent("RK-NN linear_rk3_taylor3", 1, [.968198, .103559, 1.033142, .512419, .321841, .165740]);

    /// <summary>van der Pol on the transient of the paper.</summary>
    public static ButcherTableau VanDerPol0 { get; } = Consistent("RK-NN vdp_rk3_0", 1, [.687954, .338157, .720510, .433346, .274604, .292050]);

    /// <summary>The same, another seed.</summary>
    public static ButcherTableau VanDerPol1 { get; } = Consistent("RK-NN vdp_rk3_1", 1, [.722407, .249282, .611152, .371810, .320271, .307919]);

    /// <summary>The Brusselator on the box of the paper.</summary>
    public static ButcherTableau Brusselator0 { get; } = Consistent("RK-NN bru_rk3_0", 1, [.707235, -.134939, .738692, .246223, .434418, .319359]);

    /// <summary>van der Pol around the limit cycle, parameter in [1, 2], h = 0.125.</summary>
    public static ButcherTableau TunedVanDerPol { get; } = Consistent("tuned Dormand-Prince, van der Pol", 1,
    [
        0.162676, 0.063782, 0.195353, 0.957948, -3.731794, 3.556854, 2.956059, -11.589387, 9.830271, -0.324964,
        2.858379, -10.755387, 8.904524, 0.269767, -0.291093,
        0.07707, -0.043639, 0.473166, 0.696322, -0.344758, 0.141839,
    ]);

    /// <summary>Lotka-Volterra, rates in [0.8, 1.2], h = 0.5.</summary>
    public static ButcherTableau TunedLotkaVolterra { get; } = Consistent("tuned Dormand-Prince, Lotka-Volterra", 1,
    [
        0.171013, 0.081547, 0.180913, 0.962142, -3.733414, 3.551375, 2.957957, -11.582416, 9.839503, -0.316975,
        2.86792, -10.750409, 8.907673, 0.279425, -0.274595,
        0.088244, -0.051265, 0.458451, 0.710036, -0.349937, 0.144471,
    ]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ButcherTableau> All { get; } =
    [
        SquareTwoStages, SquareThreeStages, SquareThreeStagesSeed1, SquareFourStages, Linear, VanDerPol0, VanDerPol1, Brusselator0, TunedVanDerPol, TunedLotkaVolterra,
    ];

    /// <summary>Those that were trained on a family of this kind: "square", "linear", "van-der-pol-box", "brusselator", "van-der-pol", "lotka-volterra".</summary>
    public static IReadOnlyList<ButcherTableau> For(string family) => family switch
    {
        "square" => [SquareTwoStages, SquareThreeStages, SquareThreeStagesSeed1, SquareFourStages],
        "linear" => [Linear],
        "van-der-pol-box" => [VanDerPol0, VanDerPol1],
        "brusselator" => [Brusselator0],
        "van-der-pol" => [TunedVanDerPol],
        "lotka-volterra" => [TunedLotkaVolterra],
        _ => [],
    };

    private static ButcherTableau Consistent(string name, int order, double[] parameters)
    {
        int stages = PackedTriangle.Rows(parameters.Length);
        double sum = parameters[^stages..].Sum();
        for (int i = parameters.Length - stages; i < parameters.Length; i++)
        {
            parameters[i] /= sum;
        }

        return new ButcherTableau(name, order, parameters);
    }
}
