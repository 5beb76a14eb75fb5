using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>A bank of convolutions for images of one size as a linear operator: the image, channel after channel, is one vector.</summary>
/// <remarks>One instance at a time; not for concurrent use, because it owns the fields it works in.</remarks>
internal sealed class ConvolutionOperator(ConvolutionBank<double> bank, int rows, int columns) : ILinearOperator
{
    private readonly Field<double> _image = new(1, bank.Channels, rows, columns);
    private readonly Field<double> _responses = new(1, bank.Filters, rows, columns);

    public int Rows => _responses.Values.Length;

    public int Columns => _image.Values.Length;

    public int Instances => 1;

    public OperatorProperties Properties => default;

    public void Apply(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, 1, x, destination);
        x.Values.CopyTo(_image.Values);
        bank.Apply(_image, _responses);
        _responses.Values.CopyTo(destination.Values);
    }

    public void ApplyAdjoint(Batch x, Batch destination)
    {
        Guard.Product(Columns, Rows, 1, x, destination);
        x.Values.CopyTo(_responses.Values);
        bank.ApplyAdjoint(_responses, _image);
        _image.Values.CopyTo(destination.Values);
    }
}
