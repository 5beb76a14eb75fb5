using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// <c>x + w (y - x)</c> with a learned weight: a data term is the blend of an iterate and the noisy input, an extrapolation skip that
/// of the last and the next iterate.
/// </summary>
internal sealed class BlendNode(int x, int y, int channels, int weight) : FieldNode([x, y], channels)
{
    /// <summary>Where w stands among the weights.</summary>
    public int Weight { get; } = weight;

    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>(weights[Weight], Weight);

    private sealed class Operation<T>(T w, int slot) : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch)
        {
            Span<T> v = value.Values;
            Kernels.Subtract<T>(inputs[1].Values, inputs[0].Values, v);
            Kernels.MultiplyAdd<T>(w, v, inputs[0].Values, v);
        }

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch)
        {
            Span<T> dy = inputAdjoints[1].Values, dx = inputAdjoints[0].Values;
            Kernels.Subtract<T>(inputs[1].Values, inputs[0].Values, dy);
            gradient[slot] += Kernels.Dot<T>(adjoint.Values, dy);
            Kernels.Multiply(w, adjoint.Values, dy);
            Kernels.Subtract<T>(adjoint.Values, dy, dx);
        }
    }
}
