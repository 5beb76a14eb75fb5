using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>Every value repeated along both axes, to the extents of a finer value that is read for its extents alone.</summary>
internal sealed class UpsampleNode(int input, int like, int channels) : FieldNode([input, like], channels)
{
    public override int Radius => 1;

    public override (int Rows, int Columns) Extents(ReadOnlySpan<(int Rows, int Columns)> inputs) => inputs[1];

    public override int ScaleOf(IEnumerable<int> inputs) => inputs.Min();

    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>();

    private sealed class Operation<T> : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch) => ResamplingKernels.Repeat(inputs[0], value);

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch)
        {
            ResamplingKernels.RepeatAdjoint(adjoint, inputAdjoints[0]);
            inputAdjoints[1].Values.Clear();
        }
    }
}
