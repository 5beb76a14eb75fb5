using System.Text.Json.Nodes;
using Unrolled.Problems;

namespace Unrolled.Deployment;

/// <summary>
/// A trained algorithm: the method and its parameters, the family of problems it was trained for, where it is valid,
/// how it was trained and what is certified about it. <see cref="ModelFile"/> stores it as one readable file.
/// </summary>
public sealed record Model
{
    /// <summary>The name of the method, as in <c>method:</c> of an experiment.</summary>
    public required string Method { get; init; }

    /// <summary>One sentence: what was learned for which problems.</summary>
    public required string Description { get; init; }

    /// <summary>The options of the method, defaults that were used included.</summary>
    public Settings MethodSettings { get; init; } = new("model", "methodSettings");

    /// <summary>The family of problems, in the form of an experiment.</summary>
    public Settings Family { get; init; } = new("model", "family");

    /// <summary>The ranges outside which nothing is promised.</summary>
    public IReadOnlyList<ValidRange> ValidRanges { get; init; } = [];

    /// <summary>All learned numbers.</summary>
    public required Parameters Parameters { get; init; }

    /// <summary>How the parameters came about.</summary>
    public required TrainingRecord Training { get; init; }

    /// <summary>What is certified about the method with these parameters.</summary>
    public IReadOnlyList<Certificate> Certificates { get; init; } = [];

    /// <summary>
    /// Numbers that a report shows: the training curve, a held-out comparison. No method reads them. Numbers must be
    /// finite: <see cref="ResultNumbers"/> writes what is not as null.
    /// </summary>
    public JsonObject Results { get; init; } = [];

    /// <summary>Refuses a model of another method.</summary>
    /// <exception cref="InvalidInputException">The method is none of these.</exception>
    internal void RequireMethod(params ReadOnlySpan<string> methods)
    {
        if (!methods.Contains(Method))
        {
            throw new InvalidInputException(MethodSettings.Source, $"is a model of the method '{Method}'; expected '{string.Join("' or '", methods)}'");
        }
    }
}
