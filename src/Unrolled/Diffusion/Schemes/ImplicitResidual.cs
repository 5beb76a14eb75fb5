using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>The residual <c>r = v + tau F(v) - u</c> of an implicit step and its norm relative to <c>||u||</c>.</summary>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="flow">The flow.</param>
/// <param name="u">The state before the step.</param>
/// <param name="tau">The step size.</param>
internal sealed class ImplicitResidual<T>(DiffusionFlow<T> flow, Field<T> u, double tau)
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly double _reference = Norm(u);

    /// <summary><c>r</c>, zero at known pixels.</summary>
    public Field<T> Values { get; } = flow.NewState();

    /// <summary><c>F(v)</c> of the last evaluation.</summary>
    public Field<T> Flow { get; } = flow.NewState();

    /// <summary>Evaluates the residual and returns its relative norm; absolute where <c>u = 0</c>.</summary>
    public double Evaluate(Field<T> v)
    {
        flow.Evaluate(v, Flow);
        Span<T> r = Values.Values;
        Kernels.Subtract(v.Values, u.Values, r);
        Kernels.MultiplyAdd<T>(T.CreateChecked(tau), Flow.Values, r, r);
        flow.ClearKnown(Values);
        double norm = Norm(Values);
        return _reference > 0 ? norm / _reference : norm;
    }

    /// <summary>The Euclidean norm.</summary>
    public static double Norm(Field<T> x) => Math.Sqrt(double.CreateChecked(Kernels.Dot<T>(x.Values, x.Values)));

    /// <summary>Why an iteration must end at this residual; null to go on.</summary>
    public static Termination? End(double relative, double tolerance, int iterations, int most) =>
        !double.IsFinite(relative) ? Termination.NonFinite
        : relative <= tolerance ? Termination.Converged
        : iterations >= most ? Termination.IterationLimit : null;
}
