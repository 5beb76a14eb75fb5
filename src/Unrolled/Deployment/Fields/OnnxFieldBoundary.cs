using Unrolled.Deployment.Onnx;
using Unrolled.Diffusion.Networks;

namespace Unrolled.Deployment.Fields;

/// <summary>
/// What depends on the extents of values, which are known when the graph runs: mirror images around a value, their adjoint, and grids of half the points. For
/// extents smaller than the margin too.
/// </summary>
internal sealed class OnnxFieldBoundary(OnnxGraph graph)
{
    private readonly Dictionary<(string Value, int Axis, int Margin), string> _mirrors = [];

    /// <summary>The value with its mirror images, half a kernel on every side.</summary>
    public string Pad(string value, BankShape shape)
    {
        string padded = value;
        foreach ((int axis, int margin) in Margins(shape))
        {
            padded = graph.Node("Gather", [padded, Mirror(value, axis, margin)], OnnxAttribute.Of("axis", axis));
        }

        return padded;
    }

    /// <summary>The adjoint of <see cref="Pad"/>: what stands outside is added to where it was copied from.</summary>
    /// <param name="like">A value with the extents of the result.</param>
    /// <param name="padded">The padded value.</param>
    /// <param name="shape">The convolutions.</param>
    public string Fold(string like, string padded, BankShape shape)
    {
        foreach ((int axis, int margin) in Margins(shape))
        {
            string begin = graph.Integers(margin), end = Call("Add", Extent(like, axis), begin), along = graph.Integers(axis);
            string outside = Outside(padded, begin, end, axis);
            string places = Call("Reshape", Outside(Mirror(like, axis, margin), begin, end, 0), axis == 2 ? graph.Integers(1, 1, -1, 1) : graph.Integers(1, 1, 1, -1));
            padded = graph.Node(
                "ScatterElements", [Call("Slice", padded, begin, end, along), Call("Expand", places, Call("Shape", outside)), outside],
                OnnxAttribute.Of("axis", axis), OnnxAttribute.Of("reduction", "add"));
        }

        return padded;
    }

    /// <summary>The means of pairs along an axis; an odd one ends with a pair of one.</summary>
    public string Halve(string value, int axis)
    {
        string count = Scalar(value, axis), first = Call("Range", graph.Integer(0), count, graph.Integer(2));
        string second = Call("Min", Call("Add", first, graph.Integer(1)), Call("Sub", count, graph.Integer(1)));
        string Part(string places) => graph.Node("Gather", [value, places], OnnxAttribute.Of("axis", axis));
        return Call("Mul", Call("Add", Part(first), Part(second)), graph.Constant(0.5));
    }

    /// <summary>Every value twice along an axis, to the extents of another value.</summary>
    public string Repeat(string value, string like, int axis)
    {
        string places = Call("Div", Call("Range", graph.Integer(0), Scalar(like, axis), graph.Integer(1)), graph.Integer(2));
        return graph.Node("Gather", [value, places], OnnxAttribute.Of("axis", axis));
    }

    /// <summary>What stands before begin and from end on, one behind the other.</summary>
    private string Outside(string value, string begin, string end, int axis)
    {
        string along = graph.Integers(axis);
        return graph.Node(
            "Concat", [Call("Slice", value, graph.Integers(0), begin, along), Call("Slice", value, end, graph.Integers(int.MaxValue), along)], OnnxAttribute.Of("axis", axis));
    }

    private static IEnumerable<(int Axis, int Margin)> Margins(BankShape shape) =>
        new[] { (2, shape.KernelRows / 2), (3, shape.KernelColumns / 2) }.Where(m => m.Item2 > 0);

    /// <summary>For the places from -margin to extent + margin the place whose mirror image stands there: with m the place modulo 2n that is min(m, 2n - 1 - m).</summary>
    private string Mirror(string value, int axis, int margin)
    {
        if (!_mirrors.TryGetValue((value, axis, margin), out string? places))
        {
            string count = Scalar(value, axis), period = Call("Mul", count, graph.Integer(2));
            string all = Call("Range", graph.Integer(-margin), Call("Add", count, graph.Integer(margin)), graph.Integer(1)), folded = Call("Mod", all, period);
            places = Call("Min", folded, Call("Sub", Call("Sub", period, graph.Integer(1)), folded));
            _mirrors.Add((value, axis, margin), places);
        }

        return places;
    }

    private string Extent(string value, int axis) => graph.Node("Shape", [value], OnnxAttribute.Of("start", axis), OnnxAttribute.Of("end", axis + 1));

    private string Scalar(string value, int axis) => Call("Squeeze", Extent(value, axis));

    private string Call(string operation, params string[] operands) => graph.Node(operation, operands);
}
