using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>Among which methods an <see cref="IntegratorSearch"/> looks.</summary>
public sealed record IntegratorSearchOptions
{
    /// <summary>The form of the methods.</summary>
    public IntegratorForm Form { get; init; }

    /// <summary>Only methods with this many evaluations a step; null for any.</summary>
    public int? Stages { get; init; }

    /// <summary>The order to keep with <see cref="IntegratorForm.ExactOrder"/>; null for one below that of each parent.</summary>
    public int? Order { get; init; }

    /// <summary>How many of the best classical methods are tuned.</summary>
    public int Parents { get; init; } = 3;

    /// <summary>How many of the best tuned methods are given a memory of earlier stages with <see cref="IntegratorForm.Fitted"/>.</summary>
    public int Extensions { get; init; } = 2;

    /// <summary>
    /// The intervals of the equation's parameters, with which <see cref="IntegratorForm.StepConditioned"/> scales the step; null for those of
    /// the training set.
    /// </summary>
    public IReadOnlyList<ValidInterval>? ParameterRanges { get; init; }

    /// <summary>The objective with <see cref="IntegratorForm.OneStep"/>.</summary>
    public OneStepOptions OneStep { get; init; } = new();

    /// <summary>How each fit is made.</summary>
    public FitOptions Fit { get; init; } = new();
}
