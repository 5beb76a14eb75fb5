using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// The mean of every two neighbors along an axis; along axes of one point nothing happens. An odd axis ends with a mean of one.
/// </summary>
internal sealed class DownsampleNode(int input, int channels) : FieldNode([input], channels)
{
    public override int Radius => 1;

    public override (int Rows, int Columns) Extents(ReadOnlySpan<(int Rows, int Columns)> inputs) =>
        ((inputs[0].Rows + 1) / 2, (inputs[0].Columns + 1) / 2);

    public override int ScaleOf(IEnumerable<int> inputs) => 2 * inputs.Max();

    public override IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights) => new Operation<T>(Channels);

    private sealed class Operation<T>(int channels) : IFieldOperation<T>
        where T : struct, IFloatingPointIeee754<T>
    {
        public object CreateScratch(int rows, int columns) => new Field<T>(1, channels, (rows + 1) / 2, (columns + 1) / 2);

        public void Forward(ReadOnlySpan<Field<T>> inputs, Field<T> value, object? scratch) => ResamplingKernels.Mean(inputs[0], value);

        public void Backward(ReadOnlySpan<Field<T>> inputs, Field<T> value, Field<T> adjoint, ReadOnlySpan<Field<T>> inputAdjoints, Span<T> gradient, object? scratch) =>
            ResamplingKernels.MeanAdjoint(adjoint, inputAdjoints[0], (Field<T>)scratch!);
    }
}
