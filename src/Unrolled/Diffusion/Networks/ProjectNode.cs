using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>The first channels of a state: the counterpart of <see cref="LiftNode"/>.</summary>
internal sealed class ProjectNode(int input, int channels) : FieldNode([input], channels)
{
    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>();

    private sealed class Operation<T> : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch) =>
            inputs[0].Values[..value.Values.Length].CopyTo(value.Values);

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch)
        {
            inputAdjoints[0].Values.Clear();
            adjoint.Values.CopyTo(inputAdjoints[0].Values);
        }
    }
}
