using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary><c>x + s y</c> with a fixed sign or scale: the skip of a residual block.</summary>
internal sealed class SumNode(int x, int y, int channels, double scale = 1) : FieldNode([x, y], channels)
{
    /// <summary>The number s.</summary>
    public double Scale { get; } = scale;

    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>(T.CreateChecked(Scale));

    private sealed class Operation<T>(T scale) : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch) =>
            Kernels.MultiplyAdd<T>(scale, inputs[1].Values, inputs[0].Values, value.Values);

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch)
        {
            adjoint.CopyTo(inputAdjoints[0]);
            Kernels.Multiply<T>(scale, adjoint.Values, inputAdjoints[1].Values);
        }
    }
}
