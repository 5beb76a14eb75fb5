namespace Unrolled.Differentiation;

/// <summary>
/// Composes a <see cref="Function"/> from inputs, expressions and other functions: a whole Runge-Kutta step, for example, with the
/// right-hand side inlined at every stage and the step size as a uniform input. Equal subexpressions become one.
/// Not safe for use by several threads; the functions it builds are immutable.
/// </summary>
public sealed class FunctionBuilder
{
    private readonly ExpressionGraph _graph = new();
    private readonly List<FunctionVector> _inputs = [];
    private readonly List<FunctionVector> _outputs = [];
    private readonly List<int[]> _outputNodes = [];

    /// <summary>Adds an input with one value per instance and returns its components.</summary>
    public Expression[] Input(string name, int length) => Input(FunctionVector.Numbered(name, length));

    /// <summary>Adds a vector shared by all instances and returns its components.</summary>
    public Expression[] Uniform(string name, int length) => Input(FunctionVector.Numbered(name, length, InputKind.Uniform));

    /// <summary>Adds one number shared by all instances.</summary>
    public Expression Uniform(string name) => Input(new FunctionVector(name, [name], InputKind.Uniform))[0];

    /// <summary>Adds an input as described and returns its components.</summary>
    /// <exception cref="ArgumentException">An input or output of that name exists.</exception>
    public Expression[] Input(FunctionVector input)
    {
        RequireNew(input.Name, _inputs);
        int vector = _inputs.Count;
        _inputs.Add(input);
        return [.. Enumerable.Range(0, input.Length).Select(i => new Expression(_graph, _graph.Input(vector, i)))];
    }

    /// <summary>Adds an input whose name is prefixed until it is new.</summary>
    internal Expression[] InputWithPrefix(string prefix, FunctionVector input)
    {
        string name = prefix + input.Name;
        while (_inputs.Exists(v => v.Name == name))
        {
            name = prefix + name;
        }

        return Input(input with { Name = name });
    }

    /// <summary>A number as an expression.</summary>
    public Expression Constant(double value) => new(_graph, _graph.Constant(value));

    /// <summary>Adds an output vector whose components are called <c>name[1]</c>, <c>name[2]</c>, ...</summary>
    public FunctionBuilder Output(string name, params ReadOnlySpan<Expression> components) =>
        Output(FunctionVector.Numbered(name, components.Length), components);

    /// <summary>Adds an output vector as described.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the numbers of components differ.</exception>
    public FunctionBuilder Output(FunctionVector output, params ReadOnlySpan<Expression> components)
    {
        RequireNew(output.Name, _outputs);
        if (output.Length != components.Length)
        {
            throw new ArgumentException($"output '{output.Name}' has {output.Length} names, {components.Length} expressions");
        }

        int[] nodes = new int[components.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = components[i].IndexIn(_graph);
        }

        _outputs.Add(output);
        _outputNodes.Add(nodes);
        return this;
    }

    /// <summary>The function of the inputs and outputs added so far; expressions that no output needs are left out.</summary>
    public Function Build() => Function.FromGraph(_graph, [.. _inputs], [.. _outputs], _outputNodes);

    private static void RequireNew(string name, List<FunctionVector> vectors)
    {
        if (vectors.Exists(v => v.Name == name))
        {
            throw new ArgumentException($"'{name}' was added before");
        }
    }
}
