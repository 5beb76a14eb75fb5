using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

/// <summary>
/// Learned methods as published with six decimals, as references to compare with: those of RK-NN (arXiv 2105.01303), each
/// with the family it was trained on, and two six-stage methods tuned from Dormand-Prince. Their weights are divided by
/// their sum, which the rounding to six decimals leaves up to 3e-6 away from 1.
/// </summary>
internal static class PublishedTableaus
{
    public static readonly ButcherTableau SquareTwoStages = Consistent("rk2_taylor3 (square)", 2, [2.0, .75, .25]);

    public static readonly ButcherTableau Linear = Consistent("linear_rk3_taylor3", 1, [.968198, .103559, 1.033142, .512419, .321841, .165740]);

    public static readonly ButcherTableau SquareThreeStages = Consistent("rk3_taylor3 (square)", 1, [.920589, .822755, 1.262484, .553341, .370404, .076255]);

    public static readonly ButcherTableau SquareThreeStagesSeed1 = Consistent("rk3_taylor3 (square), seed 1", 1, [.90556, .77255, 1.135876, .547945, .361682, .090373]);

    public static readonly ButcherTableau SquareFourStages = Consistent("rk4_taylor6 (square)", 1, [.661555, .373258, .647536, -.183968, -.086565, .522516, .201663, .449886, .149025, .199427]);

    public static readonly ButcherTableau VanDerPol0 = Consistent("vdp_rk3_0", 1, [.687954, .338157, .720510, .433346, .274604, .292050]);

    public static readonly ButcherTableau VanDerPol1 = Consistent("vdp_rk3_1", 1, [.722407, .249282, .611152, .371810, .320271, .307919]);

    public static readonly ButcherTableau Brusselator0 = Consistent("bru_rk3_0", 1, [.707235, -.134939, .738692, .246223, .434418, .319359]);

    /// <summary>van der Pol, parameter in [1, 2], h = 0.125.</summary>
    public static readonly ButcherTableau TunedVanDerPol = Consistent("tuned van der Pol", 1,
    [
        0.162676, 0.063782, 0.195353, 0.957948, -3.731794, 3.556854, 2.956059, -11.589387, 9.830271, -0.324964,
        2.858379, -10.755387, 8.904524, 0.269767, -0.291093,
        0.07707, -0.043639, 0.473166, 0.696322, -0.344758, 0.141839,
    ]);

    /// <summary>Lotka-Volterra, parameter in [0.8, 1.2], h = 0.5.</summary>
    public static readonly ButcherTableau TunedLotkaVolterra = Consistent("tuned Lotka-Volterra", 1,
    [
        0.171013, 0.081547, 0.180913, 0.962142, -3.733414, 3.551375, 2.957957, -11.582416, 9.839503, -0.316975,
        2.86792, -10.750409, 8.907673, 0.279425, -0.274595,
        0.088244, -0.051265, 0.458451, 0.710036, -0.349937, 0.144471,
    ]);

    public static IReadOnlyList<ButcherTableau> All { get; } =
    [
        SquareTwoStages, Linear, SquareThreeStages, SquareThreeStagesSeed1, SquareFourStages, VanDerPol0, VanDerPol1,
        Brusselator0, TunedVanDerPol, TunedLotkaVolterra,
    ];

    private static ButcherTableau Consistent(string name, int order, double[] parameters)
    {
        int stages = ((int)Math.Sqrt((8 * parameters.Length) + 1) - 1) / 2;
        Span<double> b = parameters.AsSpan(parameters.Length - stages);
        double sum = 0;
        foreach (double weight in b)
        {
            sum += weight;
        }

        foreach (ref double weight in b)
        {
            weight /= sum;
        }

        return new ButcherTableau(name, order, parameters);
    }
}
