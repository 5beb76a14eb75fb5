using Unrolled.Numerics;
using System.Collections.Concurrent;

namespace Unrolled.Differentiation;

/// <summary>
/// A vector function given by an expression graph: from text (<see cref="ParseEquations"/>, <see cref="ParseResidual"/>), from C#
/// (<see cref="Trace"/>) or composed (<see cref="FunctionBuilder"/>). The same graph is evaluated, differentiated, compiled and
/// exported. A right-hand side f(y, p, t) has the inputs <c>y</c>, <c>p</c> (per instance) and <c>t</c> (uniform).
/// <para>Arithmetic is IEEE double, in the order written, never contracted to fused operations unless the author wrote one, so that
/// exported code repeats it. An integer power of at most 64 in size is the product chain x^n = (x^(n/2))^2, times x for odd n, and its
/// reciprocal for negative n. Elementary functions are the library's own and have the same bits on every processor.</para>
/// Immutable and safe for use by several threads.
/// </summary>
public sealed class Function
{
    private readonly Lazy<Kernel> _kernel;
    private readonly ConcurrentDictionary<string, Lazy<Function>> _compositions = new(StringComparer.Ordinal);

    private Function(Node[] nodes, FunctionVector[] inputs, FunctionVector[] outputs, int[][] outputNodes)
    {
        Nodes = nodes;
        Inputs = inputs;
        Outputs = outputs;
        OutputNodes = outputNodes;
        _kernel = new(() => Differentiation.Kernel.Create(this));
    }

    /// <summary>The input vectors, in the order of the arguments.</summary>
    public IReadOnlyList<FunctionVector> Inputs { get; }

    /// <summary>The output vectors.</summary>
    public IReadOnlyList<FunctionVector> Outputs { get; }

    /// <summary>Number of operations of one evaluation (inputs and constants not counted).</summary>
    public int OperationCount => Nodes.Count(n => n.OperandCount > 0);

    /// <summary>The code that evaluates batches: compiled at first use, interpreted where code cannot be generated; the bits are the same.</summary>
    public Kernel Kernel => _kernel.Value;

    internal Node[] Nodes { get; }

    internal int[][] OutputNodes { get; }

    /// <summary>Reads ordinary differential equations dy = f(y, p, t), one per line.</summary>
    /// <remarks>
    /// <code>
    /// r = sqrt(x^2 + y^2)               # an intermediate; defined before it is used
    /// dx = y                            # the derivative of the state x
    /// dy = mu*(1 - x^2)*y - x*sin(t)/r
    /// dH[i] = sum(j, 1, 10, mu[j]*H[j]/(mu[i] + mu[j])) - H[i]  for i = 1..10
    /// </code>
    /// Operators + - * / ^ (or **), powers from the right and stronger than signs; constants pi and e unless the names are taken; the
    /// time t; functions sin cos tan asin acos atan sinh cosh tanh exp log (or ln) log10 sqrt abs sign min max atan2 pow. Indices and
    /// bounds are whole numbers and index variables with + - * and mod(a, b). Several index variables are separated by commas:
    /// <c>u[i,j] = i*j for i = 1..3, j = 1..i</c>. A line goes on inside brackets; a semicolon ends one too. A line d&lt;name&gt; is the
    /// derivative of the state &lt;name&gt; unless <paramref name="states"/> says otherwise or only d&lt;name&gt; is read elsewhere.
    /// </remarks>
    /// <param name="text">Lines such as <c>dx = y</c>, intermediates <c>r = x^2 + y^2</c>, comments after <c>#</c>.</param>
    /// <param name="parameters">Names of the parameters; <c>mu[10]</c> stands for mu[1] to mu[10].</param>
    /// <param name="states">Names and order of the states; by default those of the lines <c>d&lt;name&gt; = ...</c>.</param>
    /// <exception cref="EquationException">The text is not understood: line, column, what was found, what was expected.</exception>
    public static Function ParseEquations(string text, IEnumerable<string> parameters, IEnumerable<string>? states = null) =>
        EquationReader.ReadEquations(text, parameters, states);

    /// <summary>Reads a system of equations F(y, p) = 0 given as lines <c>0 = expression</c>, or as the named values asked for.</summary>
    /// <param name="text">The lines; intermediates and comments as in <see cref="ParseEquations"/>.</param>
    /// <param name="unknowns">Names of the components of y; <c>H[10]</c> stands for H[1] to H[10].</param>
    /// <param name="parameters">Names of the components of p.</param>
    /// <param name="outputs">Names of the lines that are the outputs; by default the lines <c>0 = ...</c>.</param>
    /// <exception cref="EquationException">The text is not understood.</exception>
    public static Function ParseResidual(string text, IEnumerable<string> unknowns, IEnumerable<string> parameters, IEnumerable<string>? outputs = null) =>
        EquationReader.ReadResidual(text, unknowns, parameters, outputs);

    /// <summary>Records a right-hand side written once in C# for any number type: <c>Trace(VanDerPol, states: 2, parameters: 1)</c>.</summary>
    /// <exception cref="NotSupportedException">The method branches on a recorded value or uses an operation that cannot be recorded.</exception>
    public static Function Trace(RightHandSide<Expression> method, int states, int parameters)
    {
        FunctionBuilder builder = new();
        Expression[] y = builder.Input("y", states), p = builder.Input("p", parameters), dy = new Expression[states];
        method(y, p, builder.Uniform("t"), dy);
        return builder.Output("dy", dy).Build();
    }

    /// <summary>The outputs of this function for expressions of another builder: its graph is inlined there.</summary>
    /// <exception cref="ArgumentException">The number of vectors or components does not fit.</exception>
    public Expression[][] Apply(params ReadOnlySpan<Expression[]> inputs)
    {
        if (inputs.Length != Inputs.Count)
        {
            throw new ArgumentException($"the function has {Inputs.Count} inputs, {inputs.Length} were given");
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Length != Inputs[i].Length)
            {
                throw new ArgumentException($"input '{Inputs[i].Name}' has {Inputs[i].Length} components, {inputs[i].Length} were given");
            }
        }

        Expression[] values = new Expression[Nodes.Length];
        for (int i = 0; i < Nodes.Length; i++)
        {
            values[i] = Evaluation.Of(Nodes[i], values, inputs);
        }

        return [.. OutputNodes.Select(output => output.Select(index => values[index]).ToArray())];
    }

    /// <summary>The first output of a right-hand side f(y, p, t) for expressions of another builder.</summary>
    public Expression[] Apply(Expression[] y, Expression[] p, Expression t) => Apply(y, p, [t])[0];

    /// <summary>
    /// The product J v with the derivative of all outputs with respect to the named inputs: a function of the inputs followed by one
    /// direction <c>v_&lt;input&gt;</c> per name; outputs are called like those of this function with <c>v_</c> before.
    /// </summary>
    public Function JacobianVectorProduct(params ReadOnlySpan<string> inputs) => ForwardMode.Differentiate(this, Positions(inputs));

    /// <summary>
    /// The products u^T J with the derivative with respect to the named inputs: a function of the inputs followed by one weight
    /// <c>u_&lt;output&gt;</c> per output; it has one output <c>u_&lt;input&gt;</c> per name. Cost: at most about five times this function.
    /// </summary>
    public Function VectorJacobianProduct(params ReadOnlySpan<string> inputs) => ReverseMode.Differentiate(this, Positions(inputs));

    /// <summary>Which components of an output can depend on which components of an input, read off the graph.</summary>
    public SparsityPattern JacobianPattern(int input = 0, int output = 0) => Dependence.Of(this, input, output);

    /// <summary>This function with an input laid out differently in batches, for example parameters shared by all instances.</summary>
    public Function With(string input, InputKind kind)
    {
        FunctionVector[] inputs = [.. Inputs];
        int position = Positions([input])[0];
        inputs[position] = inputs[position] with { Kind = kind };
        return new(Nodes, inputs, [.. Outputs], OutputNodes);
    }

    /// <summary>
    /// A function composed from this one, remembered under a key as long as this one lives, so that its code is generated once: the
    /// step of a Runge-Kutta method, for example.
    /// </summary>
    internal Function Composition(string key, Func<Function, Function> compose) =>
        _compositions.GetOrAdd(key, _ => new Lazy<Function>(() => compose(this))).Value;

    /// <summary>
    /// The same function with products fused into the sums that they stand in, <c>a b + c</c> rounded once: fewer operations, other bits,
    /// errors that are not larger on the whole.
    /// </summary>
    public Function Contracted() => Composition("contracted", Contraction.Of);

    /// <summary>Straight-line source code of this function in a language, with numbers that read back exactly.</summary>
    public string Export(SourceLanguage language, string name) => language.Write(this, name);

    /// <summary>The part of a graph that the outputs need, in its order.</summary>
    internal static Function FromGraph(ExpressionGraph graph, FunctionVector[] inputs, FunctionVector[] outputs, List<int[]> outputNodes)
    {
        int[] place = new int[graph.Nodes.Count];
        foreach (int index in outputNodes.SelectMany(o => o))
        {
            place[index] = 1;
        }

        for (int i = place.Length - 1; i >= 0; i--)
        {
            for (int k = 0; place[i] != 0 && k < graph.Nodes[i].OperandCount; k++)
            {
                place[graph.Nodes[i].Operand(k)] = 1;
            }
        }

        List<Node> nodes = [];
        for (int i = 0; i < place.Length; i++)
        {
            if (place[i] != 0)
            {
                place[i] = nodes.Count;
                Node node = graph.Nodes[i];
                int Moved(int position) => position < node.OperandCount ? place[node.Operand(position)] : node.Operand(position);
                nodes.Add(node with { A = Moved(0), B = Moved(1), C = Moved(2) });
            }
        }

        return new([.. nodes], inputs, outputs, [.. outputNodes.Select(o => o.Select(i => place[i]).ToArray())]);
    }

    private int[] Positions(ReadOnlySpan<string> names)
    {
        int[] positions = new int[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i];
            positions[i] = Inputs.TakeWhile(input => input.Name != name).Count();
            if (positions[i] == Inputs.Count)
            {
                throw new ArgumentException($"the function has no input '{name}'; it has {string.Join(", ", Inputs.Select(v => v.Name))}");
            }
        }

        return positions;
    }
}
