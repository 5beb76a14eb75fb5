using System.Globalization;
using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>
/// Initial value problems <c>y' = f(y, p, t)</c> on <c>[0, horizon]</c> whose parameters and initial values are drawn
/// independently, each from a distribution of its own.
/// </summary>
/// <remarks>
/// Instance <c>s</c> is drawn from the stream's split number <c>s</c>, every number from the split with its name: a longer
/// draw begins with a shorter one, and a further parameter does not change the others. Immutable; safe for use by several
/// threads.
/// </remarks>
public sealed class OdeFamily : IProblemFamily<InitialValueProblem>
{
    private readonly Distribution[] _parameters;
    private readonly Distribution[] _initial;

    /// <summary>Creates the family.</summary>
    /// <param name="name">What the problems are called, for descriptions: <c>van der Pol</c>.</param>
    /// <param name="f">The right-hand side.</param>
    /// <param name="parameters">A distribution for every parameter, in the order of the function.</param>
    /// <param name="initial">A distribution for every state, in the order of the function.</param>
    /// <param name="horizon">The length of the interval.</param>
    /// <exception cref="ArgumentException">The counts differ from those of the function, or the horizon is not positive.</exception>
    public OdeFamily(string name, Function f, IReadOnlyList<Distribution> parameters, IReadOnlyList<Distribution> initial, double horizon)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(initial);
        if (f.Inputs.Count != 3 || parameters.Count != f.Inputs[1].Length || initial.Count != f.Inputs[0].Length)
        {
            throw new ArgumentException(
                $"{initial.Count} initial values and {parameters.Count} parameters were given, the function has the inputs "
                + string.Join(", ", f.Inputs.Select(v => $"{v.Name} of length {v.Length}")));
        }

        if (!(horizon > 0) || !double.IsFinite(horizon))
        {
            throw new ArgumentException($"the horizon is {horizon}; it must be positive");
        }

        (Name, Function, Horizon) = (name, f, horizon);
        _parameters = [.. parameters];
        _initial = [.. initial];
        string with = _parameters.Length == 0 ? string.Empty : $"{List(f.Inputs[1], _parameters)}; ";
        Description = string.Create(CultureInfo.InvariantCulture, $"{name}: {with}initial {List(f.Inputs[0], _initial)}; horizon {horizon:R}.");
    }

    /// <summary>What the problems are called.</summary>
    public string Name { get; }

    /// <summary>The right-hand side.</summary>
    public Function Function { get; }

    /// <summary>The distributions of the parameters: where a method learned for this family is valid.</summary>
    public IReadOnlyList<Distribution> Parameters => _parameters;

    /// <summary>The distributions of the initial values.</summary>
    public IReadOnlyList<Distribution> Initial => _initial;

    /// <summary>The length of the interval.</summary>
    public double Horizon { get; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>The family as an experiment writes it; null where the right-hand side was not given as text.</summary>
    public Settings? Settings { get; internal init; }

    /// <inheritdoc/>
    public InitialValueProblem Draw(int instances, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        ArgumentNullException.ThrowIfNull(stream);
        Batch p = Batch.Zeros(_parameters.Length, instances), y = Batch.Zeros(_initial.Length, instances);
        for (int s = 0; s < instances; s++)
        {
            RandomStream own = stream.Split((ulong)s);
            Distribution.DrawAll(own.Split("parameters"), Function.Inputs[1], _parameters, p, s);
            Distribution.DrawAll(own.Split("initial"), Function.Inputs[0], _initial, y, s);
        }

        return new InitialValueProblem(Function, y, p, Horizon);
    }

    private static string List(FunctionVector names, Distribution[] distributions) =>
        string.Join(", ", distributions.Select((d, i) => d.Kind == DistributionKind.Constant ? $"{names.Components[i]} = {d}" : $"{names.Components[i]} ~ {d}"));
}
