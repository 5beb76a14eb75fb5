namespace Unrolled;

/// <summary>
/// When a run ends: an instance has converged once <c>||f(x)|| &lt;= max(RelativeTolerance * reference, AbsoluteTolerance)</c>
/// holds for the recomputed residual in the Euclidean norm. The reference is the problem's own (<c>||b||</c> for a
/// linear system, so that a good start never makes the target harder) or, where that is 0, the first residual.
/// </summary>
public sealed record StoppingCriterion
{
    /// <summary>A relative tolerance of 1e-8 and nothing else.</summary>
    public static StoppingCriterion Default { get; } = new();

    /// <summary>The tolerance relative to the reference norm; 0 asks for the absolute tolerance alone.</summary>
    public double RelativeTolerance { get; init; } = 1e-8;

    /// <summary>The tolerance in the units of the residual.</summary>
    public double AbsoluteTolerance { get; init; }

    /// <summary>The largest number of iterations; null for ten times the number of unknowns plus 100.</summary>
    public int? MaximumIterations { get; init; }

    /// <summary>The longest time a run may take; null for no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Stop at a relative tolerance.</summary>
    public static StoppingCriterion Relative(double tolerance) => new() { RelativeTolerance = tolerance };

    /// <summary>Stop at an absolute tolerance.</summary>
    public static StoppingCriterion Absolute(double tolerance) => new() { RelativeTolerance = 0, AbsoluteTolerance = tolerance };

    /// <summary>
    /// Take a number of iterations, whatever the residual, and return the last iterate; an instance whose residual is
    /// exactly 0 stops, and one that becomes infinite returns its start.
    /// </summary>
    public static StoppingCriterion Iterations(int count) => new() { RelativeTolerance = 0, MaximumIterations = count };

    internal bool IsFixedCount => RelativeTolerance == 0 && AbsoluteTolerance == 0 && MaximumIterations is not null;

    internal void Validate()
    {
        if (!(RelativeTolerance >= 0) || !(AbsoluteTolerance >= 0))
        {
            throw new ArgumentException(
                $"tolerances must not be negative: relative {RelativeTolerance}, absolute {AbsoluteTolerance}");
        }

        if (MaximumIterations < 0)
        {
            throw new ArgumentException($"the iteration limit is {MaximumIterations}; it must not be negative");
        }
    }

    internal int IterationLimit(int components) =>
        MaximumIterations ?? (int)Math.Min(int.MaxValue, (10L * components) + 100);
}
