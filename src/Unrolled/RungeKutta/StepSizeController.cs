using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// The proportional-integral controller of step sizes: after an accepted step with scaled error <c>err</c>, and <c>old</c> the one
/// before, <c>h_new = h clamp(0.9 err^(-0.7/q) old^(0.4/q), 0.2, 5)</c>; after a rejected one <c>h_new = h max(0.2, 0.9 err^(-1/q))</c>,
/// and the next accepted step does not grow. <c>q</c> is the power of <c>h</c> in the estimate.
/// </summary>
/// <remarks>
/// Powers are the library's own, so that steps have the same bits on every processor. Reference: K. Gustafsson, Control
/// theoretic techniques for stepsize selection in explicit Runge-Kutta methods, doi:10.1145/210232.210242.
/// </remarks>
public sealed class StepSizeController
{
    private const double Safety = 0.9, LeastFactor = 0.2, LargestFactor = 5, LeastError = 1e-10, LeastPreviousError = 1e-4;

    private readonly int _power;

    /// <summary>The controller of an estimate that is proportional to <c>h^power</c>.</summary>
    public StepSizeController(int power)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(power);
        _power = power;
    }

    /// <summary>The factor of the next step after an accepted one.</summary>
    /// <param name="error">The scaled error of the step, at most 1.</param>
    /// <param name="previousError">That of the accepted step before; 1 for the first.</param>
    public double AfterAccepted(double error, double previousError)
    {
        double factor = Safety * Power(Math.Max(error, LeastError), -0.7 / _power) * Power(Math.Max(previousError, LeastPreviousError), 0.4 / _power);
        return Math.Clamp(factor, LeastFactor, LargestFactor);
    }

    /// <summary>The factor of the next attempt after a rejected one; an error that is not finite shortens the step as much as allowed.</summary>
    public double AfterRejected(double error) =>
        double.IsFinite(error) ? Math.Max(LeastFactor, Safety * Power(error, -1.0 / _power)) : LeastFactor;

    private static double Power(double x, double y) => ElementaryPower.Power(Vector512.Create(x), Vector512.Create(y)).ToScalar();
}
