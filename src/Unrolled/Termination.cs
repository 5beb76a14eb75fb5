namespace Unrolled;

/// <summary>Why a run stopped. Every value has a message and a remedy: <see cref="Terminations"/>.</summary>
public enum Termination
{
    /// <summary>The true residual was recomputed and is at or below the target.</summary>
    Converged,

    /// <summary>The allowed number of iterations was used; the residual was still falling.</summary>
    IterationLimit,

    /// <summary>The residual stopped falling above the target.</summary>
    Stagnated,

    /// <summary>The residual grew far beyond where it started.</summary>
    Diverged,

    /// <summary>A number became infinite or undefined.</summary>
    NonFinite,

    /// <summary>The recurrence divides by zero and restarting it brings no progress.</summary>
    Breakdown,

    /// <summary>The method needs a positive definite operator or preconditioner and met a direction that shows it is not.</summary>
    Indefinite,

    /// <summary>A learned step made the residual fall more slowly than the method's safeguard demands.</summary>
    RateNotMet,

    /// <summary>The time limit was reached.</summary>
    TimeLimit,

    /// <summary>The caller asked to stop.</summary>
    Canceled,
}

/// <summary>What a <see cref="Termination"/> means and what to do about it.</summary>
public static class Terminations
{
    /// <summary>One sentence: what happened.</summary>
    public static string Message(this Termination termination) => termination switch
    {
        Termination.Converged => "converged: the recomputed residual is at or below the target",
        Termination.IterationLimit => "the iteration limit was reached while the residual was still falling",
        Termination.Stagnated => "the residual stopped falling above the target",
        Termination.Diverged => "the residual grew far beyond its start",
        Termination.NonFinite => "a number became infinite or undefined",
        Termination.Breakdown => "the recurrence broke down and a restart brought no progress",
        Termination.Indefinite => "the operator or the preconditioner is not positive definite, which the method needs",
        Termination.RateNotMet => "a learned step made the residual fall more slowly than the safeguard demands",
        Termination.TimeLimit => "the time limit was reached",
        Termination.Canceled => "canceled by the caller",
        _ => throw new ArgumentOutOfRangeException(nameof(termination), termination, "unknown termination"),
    };

    /// <summary>One sentence: what to try next; empty when there is nothing to mend.</summary>
    public static string Remedy(this Termination termination) => termination switch
    {
        Termination.Converged or Termination.Canceled => string.Empty,
        Termination.IterationLimit => "raise the iteration limit or use a stronger preconditioner",
        Termination.Stagnated => "check that the system is solvable, relax the tolerance, enlarge the restart length or use a stronger preconditioner",
        Termination.Diverged => "check the operator's scaling and the method's spectral interval, or use a safeguarded method",
        Termination.NonFinite => "check the operator and the right-hand side for infinite or undefined numbers",
        Termination.Breakdown => "use GMRES, which cannot break down before it has the solution of a nonsingular system",
        Termination.Indefinite => "use MINRES for a symmetric operator or GMRES for any other",
        Termination.RateNotMet => "go on with a classical method, as a safeguarded solver does, or check whether the problem belongs to the family that was learned",
        Termination.TimeLimit => "raise the time limit",
        _ => throw new ArgumentOutOfRangeException(nameof(termination), termination, "unknown termination"),
    };
}
