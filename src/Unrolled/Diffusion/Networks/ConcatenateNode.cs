using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>The channels of one value behind those of another: the skip of a plain U-net.</summary>
internal sealed class ConcatenateNode(int first, int second, int channels) : FieldNode([first, second], channels)
{
    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>();

    private sealed class Operation<T> : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch)
        {
            inputs[0].Values.CopyTo(value.Values);
            inputs[1].Values.CopyTo(value.Values[inputs[0].Values.Length..]);
        }

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch)
        {
            int split = inputAdjoints[0].Values.Length;
            adjoint.Values[..split].CopyTo(inputAdjoints[0].Values);
            adjoint.Values[split..].CopyTo(inputAdjoints[1].Values);
        }
    }
}
