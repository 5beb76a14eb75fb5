using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>
/// A line or transformer as a pi circuit in per unit: series impedance r + jx, total charging susceptance b, an ideal transformer of
/// ratio tau and phase shift phi at the from end.
/// </summary>
/// <param name="From">The bus at the tap, an index into <see cref="PowerNetwork.Buses"/>.</param>
/// <param name="To">The other bus.</param>
/// <param name="Resistance">r.</param>
/// <param name="Reactance">x.</param>
/// <param name="Charging">b.</param>
/// <param name="TapRatio">tau, above 0; 1 for a line.</param>
/// <param name="PhaseShift">phi in radians.</param>
/// <param name="InService">Whether the branch carries power in the intact network.</param>
/// <param name="Rating">The limit of the apparent power at either end, in per unit; 0 for none.</param>
public sealed record PowerBranch(
    int From, int To, double Resistance, double Reactance, double Charging, double TapRatio, double PhaseShift, bool InService, double Rating)
{
    /// <summary>
    /// The 2 x 2 admittance matrix: <c>If = Yff Vf + Yft Vt</c>, <c>It = Ytf Vf + Ytt Vt</c> with <c>y = 1/(r + jx)</c>,
    /// <c>Ytt = y + jb/2</c>, <c>Yff = Ytt/tau^2</c>, <c>Yft = -y e^(j phi)/tau</c>, <c>Ytf = -y e^(-j phi)/tau</c>
    /// (Zimmerman et al. 2011, equation 2).
    /// </summary>
    public (Complex Yff, Complex Yft, Complex Ytf, Complex Ytt) Admittances()
    {
        double square = (Resistance * Resistance) + (Reactance * Reactance);
        var y = new Complex(Resistance / square, -Reactance / square);
        var end = new Complex(y.Real, y.Imaginary + (Charging / 2));
        Vector512<double> phi = Vector512.Create(PhaseShift);
        double cos = ElementaryTrigonometric.Cos(phi)[0], sin = ElementaryTrigonometric.Sin(phi)[0];
        double g = -y.Real / TapRatio, b = -y.Imaginary / TapRatio;
        return (
            new Complex(end.Real / TapRatio / TapRatio, end.Imaginary / TapRatio / TapRatio),
            new Complex((g * cos) - (b * sin), (g * sin) + (b * cos)),
            new Complex((g * cos) + (b * sin), (b * cos) - (g * sin)),
            end);
    }
}
