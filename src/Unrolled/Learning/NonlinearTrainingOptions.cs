using System.Globalization;
using Unrolled.Newton;
using Unrolled.Problems;

namespace Unrolled.Learning;

/// <summary>The size of a learned nonlinear solver, its safeguard, and how it is trained.</summary>
public sealed record NonlinearTrainingOptions
{
    /// <summary>The form of the step.</summary>
    public LearnedForm Form { get; init; }

    /// <summary>n, the evaluations of a step.</summary>
    public int InnerEvaluations { get; init; } = 4;

    /// <summary>The degree of the weights in the coordinates of the family; 0 for the same weights everywhere.</summary>
    public int Degree { get; init; }

    /// <summary>How many secant pairs mixing keeps after the first learned step; 0 for learned steps alone.</summary>
    public int SecantPairs { get; init; }

    /// <summary>The part to which the residual must fall in a step; else the classical method takes over.</summary>
    public double Rate { get; init; } = 0.5;

    /// <summary>The seed of problems and starts.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many problems are fitted.</summary>
    public int Instances { get; init; } = 256;

    /// <summary>How many others decide which weights are kept.</summary>
    public int Validation { get; init; } = 128;

    /// <summary>How many fits are made, from different weights; at most <see cref="SolverStarts.Most"/>.</summary>
    public int Starts { get; init; } = 3;

    /// <summary>What a fit makes small; null for <see cref="SolverFitOptions.For"/> the form.</summary>
    public SolverFitOptions? Fit { get; init; }

    /// <summary>The section <c>training</c> of an experiment with these values, as a model stores it.</summary>
    public Settings ToSettings()
    {
        var settings = new Settings("model", "training.settings");
        foreach ((string key, ulong value) in new[]
        {
            ("seed", Seed), ("instances", (ulong)Instances), ("validation", (ulong)Validation), ("starts", (ulong)Starts), ("rounds", (ulong)(Fit ?? SolverFitOptions.For(Form)).Fit.Rounds),
        })
        {
            settings.Set(key, value.ToString(CultureInfo.InvariantCulture));
        }

        return settings;
    }
}
