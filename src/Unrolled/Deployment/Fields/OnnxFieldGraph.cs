using Unrolled.Deployment.Onnx;
using Unrolled.Diffusion.Networks;

namespace Unrolled.Deployment.Fields;

/// <summary>The graph of a network, operation after operation; values are (batch, channels, rows, columns).</summary>
internal sealed class OnnxFieldGraph
{
    private readonly FieldProgram _program;
    private readonly OnnxFieldBoundary _boundary;
    private readonly OnnxFlux? _flux;
    private readonly string? _part;

    public OnnxFieldGraph(FieldProgram program, string name)
    {
        (_program, Graph) = (program, new OnnxGraph(name));
        object[] extents = ["batch", 1, "rows", "columns"];
        string noisy = Graph.Input("noisy", OnnxElement.Single, extents), sigma = Graph.Input("sigma", OnnxElement.Single, 1);
        string known = Call("Min", Call("Max", sigma, Graph.Constant(program.Noise.Least)), Graph.Constant(program.Noise.Largest)), scale = Call("Div", known, sigma);
        _part = program.Levels.Length > 1 ? PartOfLevels(known) : null;
        _boundary = new OnnxFieldBoundary(Graph);
        _flux = program.Flux is { } flux ? new OnnxFlux(Graph, flux, Leveled) : null;
        string[] values = new string[program.Nodes.Count + 1];
        values[0] = Call("Mul", noisy, scale);
        for (int i = 0; i < program.Nodes.Count; i++)
        {
            FieldNode node = program.Nodes[i];
            values[i + 1] = Value(node, [.. node.Inputs.Select(v => values[v])]);
        }

        Graph.Node("Mul", [values[^1], Call("Div", Graph.Constant(1), scale)], ["clean"]);
        Graph.Output("clean", OnnxElement.Single, extents);
    }

    /// <summary>The graph.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>
    /// Numbers that depend on the noise level with the extents given: those of the first level and, for every further one, how far sigma is on the way there times the
    /// difference. That is linear interpolation, as the way to a level is 0 before the level in front of it.
    /// </summary>
    /// <param name="select">Takes the numbers from those of a level.</param>
    /// <param name="extents">The extents.</param>
    public string Leveled(Func<double[], double[]> select, params long[] extents)
    {
        double[][] numbers = Array.ConvertAll(_program.Leveled, level => select(level));
        if (_part is null)
        {
            return Graph.Constant(numbers[0], extents);
        }

        double[] differences = [.. Enumerable.Range(1, numbers.Length - 1).SelectMany(l => numbers[l].Select((v, i) => v - numbers[l - 1][i]))];
        string change = Call("MatMul", _part, Graph.Constant(differences, numbers.Length - 1, numbers[0].Length));
        return Call("Reshape", Call("Add", Graph.Constant(numbers[0], 1, numbers[0].Length), change), Graph.Integers(extents));
    }

    /// <summary>How far the noise level is on the way from each level to the next, between 0 and 1 in its logarithm: (1, levels - 1) numbers.</summary>
    private string PartOfLevels(string known)
    {
        int steps = _program.Levels.Length - 1;
        double[] low = [.. _program.Levels.Take(steps).Select(l => Math.Log(l))], rate = [.. Enumerable.Range(0, steps).Select(i => 1 / Math.Log(_program.Levels[i + 1] / _program.Levels[i]))];
        string way = Call("Mul", Call("Sub", Call("Log", known), Graph.Constant(low, 1, steps)), Graph.Constant(rate, 1, steps));
        return Call("Min", Call("Max", way, Graph.Constant(0)), Graph.Constant(1));
    }

    private string Value(FieldNode node, string[] inputs)
    {
        switch (node)
        {
            case SymmetricStepNode s:
                string kernels = Kernels(s.Kernels, s.Shape);
                string responses = _flux!.Apply(Call("Conv", _boundary.Pad(inputs[0], s.Shape), kernels), _program.LeveledIndex(s.FluxNumbers));
                string flow = _boundary.Fold(inputs[0], Call("ConvTranspose", responses, kernels), s.Shape);
                return Call("Sub", inputs[0], Call("Mul", Number(s.Step), flow));
            case ConvolutionNode c:
                string sum = Call("Conv", _boundary.Pad(inputs[0], c.Shape), Kernels(c.Kernels, c.Shape), Graph.Constant(_program.FixedNumbers(c.Biases, c.Shape.Filters), c.Shape.Filters));
                return c.End == Rectification.Relu ? Call("Relu", sum) : sum;
            case BlendNode b:
                return Call("Add", inputs[0], Call("Mul", Number(b.Weight), Call("Sub", inputs[1], inputs[0])));
            case SumNode s:
                return Call("Add", inputs[0], Call("Mul", Graph.Constant(s.Scale), inputs[1]));
            case LiftNode:
                double[] first = [.. Enumerable.Range(0, node.Channels).Select(c => c < _program.ChannelsOf(node.Inputs[0]) ? 1.0 : 0.0)];
                return Call("Mul", inputs[0], Graph.Constant(first, 1, node.Channels, 1, 1));
            case ProjectNode:
                return Call("Slice", inputs[0], Graph.Integers(0), Graph.Integers(node.Channels), Graph.Integers(1));
            case ConcatenateNode:
                return Graph.Node("Concat", inputs, OnnxAttribute.Of("axis", 1));
            case DownsampleNode:
                return _boundary.Halve(_boundary.Halve(inputs[0], 2), 3);
            case UpsampleNode:
                return _boundary.Repeat(_boundary.Repeat(inputs[0], inputs[1], 2), inputs[1], 3);
            default:
                throw new ArgumentException($"the operation {node.GetType().Name} cannot be exported", nameof(node));
        }
    }

    private string Kernels(int start, BankShape shape) =>
        Graph.Constant(_program.FixedNumbers(start, shape.KernelCount), shape.Filters, shape.Channels, shape.KernelRows, shape.KernelColumns);

    private string Number(int weight) => Leveled(level => [level[_program.LeveledIndex(weight)]], 1);

    private string Call(string operation, params string[] operands) => Graph.Node(operation, operands);
}
