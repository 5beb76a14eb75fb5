using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>A state of several channels: the input in the first ones, zero in the others.</summary>
internal sealed class LiftNode(int input, int channels) : FieldNode([input], channels)
{
    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>();

    private sealed class Operation<T> : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch)
        {
            inputs[0].Values.CopyTo(value.Values);
            value.Values[inputs[0].Values.Length..].Clear();
        }

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch) =>
            adjoint.Values[..inputAdjoints[0].Values.Length].CopyTo(inputAdjoints[0].Values);
    }
}
