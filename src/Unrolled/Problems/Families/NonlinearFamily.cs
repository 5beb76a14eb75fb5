using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>
/// Nonlinear systems <c>F(y, p) = 0</c> whose parameters and starts are drawn independently, each number from a distribution of its own.
/// </summary>
/// <remarks>
/// Instance <c>s</c> is drawn from the stream's split number <c>s</c>, every number from the split with its name: a longer draw begins
/// with a shorter one, and a further parameter does not change the others. Problems know their place in the family
/// (<see cref="NonlinearSystem.Coordinates"/>): a uniform parameter on [a, b) has the coordinate <c>(2 p - a - b)/(b - a)</c>, a normal one
/// <c>(p - m)/(3 s)</c>, both kept in [-1, 1]; a constant has none. Immutable; safe for use by several threads.
/// </remarks>
public sealed class NonlinearFamily : IProblemFamily<NonlinearSystem>
{
    private readonly Func<Batch, INonlinearOperator> _operator;
    private readonly Distribution[] _parameters;
    private readonly Distribution[] _start;
    private readonly int[] _varying;

    /// <summary>Creates the family of a function.</summary>
    /// <param name="name">What the problems are called, for descriptions.</param>
    /// <param name="f">F(y, p) or F(y, p, t), with as many values as unknowns.</param>
    /// <param name="parameters">A distribution for every parameter, in the order of the function.</param>
    /// <param name="start">A distribution for every unknown of the start, in the order of the function.</param>
    /// <param name="preconditioner"><c>M^-1</c>, the same for all; null for none.</param>
    /// <exception cref="ArgumentException">The counts differ from those of the function, or it has another form.</exception>
    public NonlinearFamily(
        string name, Function f, IReadOnlyList<Distribution> parameters, IReadOnlyList<Distribution> start, ILinearOperator? preconditioner = null)
        : this(name, Prototype(f, parameters).With, f.Inputs[0], f.Inputs[1], parameters, start, preconditioner) => Function = f;

    /// <summary>Creates the family of an operator with parameters.</summary>
    /// <param name="name">What the problems are called.</param>
    /// <param name="f">The operator for parameters (parameters, instances).</param>
    /// <param name="unknowns">The names of the unknowns.</param>
    /// <param name="parameterNames">The names of the parameters.</param>
    /// <param name="parameters">A distribution for every parameter.</param>
    /// <param name="start">A distribution for every unknown of the start.</param>
    /// <param name="preconditioner"><c>M^-1</c>, the same for all; null for none.</param>
    /// <exception cref="ArgumentException">The numbers of names and distributions differ.</exception>
    public NonlinearFamily(
        string name, Func<Batch, INonlinearOperator> f, FunctionVector unknowns, FunctionVector parameterNames, IReadOnlyList<Distribution> parameters,
        IReadOnlyList<Distribution> start, ILinearOperator? preconditioner = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(unknowns);
        ArgumentNullException.ThrowIfNull(parameterNames);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(start);
        if (parameters.Count != parameterNames.Length || start.Count != unknowns.Length)
        {
            throw new ArgumentException(
                $"{start.Count} numbers of the start and {parameters.Count} parameters were given, F has {unknowns.Length} unknowns and {parameterNames.Length} parameters");
        }

        (Name, _operator, Unknowns, ParameterNames, Preconditioner) = (name, f, unknowns, parameterNames, preconditioner);
        _parameters = [.. parameters];
        _start = [.. start];
        _varying = [.. Enumerable.Range(0, _parameters.Length).Where(i => _parameters[i] is not { Kind: DistributionKind.Constant } && Width(_parameters[i]) > 0)];
        string with = _parameters.Length == 0 ? string.Empty : $"{List(parameterNames, _parameters)}; ";
        Description = $"{name}: {unknowns.Length} unknown{(unknowns.Length == 1 ? string.Empty : "s")}; {with}start {List(unknowns, _start)}.";
    }

    /// <summary>What the problems are called.</summary>
    public string Name { get; }

    /// <summary>F as a function; null where it is an operator of another kind.</summary>
    public Function? Function { get; }

    /// <summary>The unknowns with their names.</summary>
    public FunctionVector Unknowns { get; }

    /// <summary>The parameters with their names.</summary>
    public FunctionVector ParameterNames { get; }

    /// <summary>The distributions of the parameters: where a method learned for this family is valid.</summary>
    public IReadOnlyList<Distribution> Parameters => _parameters;

    /// <summary>The distributions of the start.</summary>
    public IReadOnlyList<Distribution> Start => _start;

    /// <summary><c>M^-1</c>; null for none.</summary>
    public ILinearOperator? Preconditioner { get; }

    /// <summary>How many coordinates a problem has: one per parameter that varies.</summary>
    public int Coordinates => _varying.Length;

    /// <summary>The places of those parameters, in the order of the coordinates.</summary>
    public IReadOnlyList<int> VaryingParameters => _varying;

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>The family as an experiment writes it; null where F was not given as text or by the name of a built-in family.</summary>
    public Settings? Settings { get; internal init; }

    /// <inheritdoc/>
    public NonlinearSystem Draw(int instances, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        ArgumentNullException.ThrowIfNull(stream);
        Batch p = Batch.Zeros(_parameters.Length, instances), y = Batch.Zeros(_start.Length, instances);
        for (int s = 0; s < instances; s++)
        {
            RandomStream own = stream.Split((ulong)s);
            Distribution.DrawAll(own.Split("parameters"), ParameterNames, _parameters, p, s);
            Distribution.DrawAll(own.Split("initial"), Unknowns, _start, y, s);
        }

        return Problem(p, y);
    }

    /// <summary>The problems with given parameters and starts, at their place in the family.</summary>
    /// <param name="parameters">(parameters, instances).</param>
    /// <param name="start">(unknowns, instances).</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public NonlinearSystem Problem(Batch parameters, Batch start)
    {
        Guard.Equal(parameters.Components, _parameters.Length, "the number of parameters", "those of the family");
        Guard.Equal(parameters.Instances, start.Instances, "the parameters' instances", "the start's instances");
        NonlinearSystem system = new NonlinearSystem(_operator(parameters), start).At(CoordinatesOf(parameters));
        return Preconditioner is null ? system : system.PreconditionedBy(Preconditioner);
    }

    /// <summary>The coordinates of parameters in the family: (<see cref="Coordinates"/>, instances), each in [-1, 1].</summary>
    public Batch CoordinatesOf(Batch parameters)
    {
        Batch coordinates = Batch.Zeros(_varying.Length, parameters.Instances);
        for (int i = 0; i < _varying.Length; i++)
        {
            Distribution d = _parameters[_varying[i]];
            ReadOnlySpan<double> p = parameters.Row(_varying[i]);
            Span<double> row = coordinates.Row(i);
            for (int s = 0; s < row.Length; s++)
            {
                double place = d.Kind == DistributionKind.Uniform ? ((2 * p[s]) - d.First - d.Second) / Width(d) : (p[s] - d.First) / Width(d);
                row[s] = Math.Clamp(place, -1, 1);
            }
        }

        return coordinates;
    }

    private static double Width(Distribution d) => d.Kind == DistributionKind.Uniform ? d.Second - d.First : 3 * d.Second;

    private static FunctionOperator Prototype(Function f, IReadOnlyList<Distribution> parameters)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(parameters);
        return new FunctionOperator(f, Batch.Zeros(parameters.Count, 1));
    }

    /// <summary>The distributions; components of one vector that share theirs are named once.</summary>
    private static string List(FunctionVector names, Distribution[] distributions)
    {
        List<string> parts = [];
        for (int i = 0; i < distributions.Length;)
        {
            string name = names.Components[i], whole = name.Split('[')[0];
            int end = i + 1;
            while (end < distributions.Length && distributions[end] == distributions[i] && names.Components[end].StartsWith(whole + "[", StringComparison.Ordinal))
            {
                end++;
            }

            string shown = end - i == 1 ? name : $"{name}..{names.Components[end - 1]}";
            parts.Add(distributions[i].Kind == DistributionKind.Constant ? $"{shown} = {distributions[i]}" : $"{shown} ~ {distributions[i]}");
            i = end;
        }

        return string.Join(", ", parts);
    }
}
