using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// The extrapolation skip <c>u+ = alpha (u - tau F(u)) + (1 - alpha) u-</c>, which fast semi-iterative schemes, learned extrapolation and the
/// elliptic variant share. <c>alpha = 1</c> is the explicit step.
/// </summary>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="shape">A field with the extents of the states.</param>
internal sealed class Extrapolation<T>(Field<T> shape)
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The state before the current one.</summary>
    public Field<T> Before { get; } = shape.ZerosLike();

    /// <summary><c>F(u)</c>.</summary>
    public Field<T> Flow { get; } = shape.ZerosLike();

    /// <summary>Begins a cycle: the state before is the state itself.</summary>
    public void Restart(Field<T> u) => u.CopyTo(Before);

    /// <summary>One step with <see cref="Flow"/> already evaluated at <paramref name="u"/>, which becomes the next state.</summary>
    public void Step(Field<T> u, T alpha, T tau)
    {
        // Into Before: first the skip, then alpha u, then -alpha tau F(u); and the two change places value by value.
        Span<T> now = u.Values, before = Before.Values;
        Kernels.Multiply(T.One - alpha, before, before);
        Kernels.MultiplyAdd<T>(alpha, now, before, before);
        Kernels.MultiplyAdd<T>(-alpha * tau, Flow.Values, before, before);
        FlowKernels.Swap(now, before);
    }
}
