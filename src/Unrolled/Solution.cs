using Unrolled.Numerics;

namespace Unrolled;

/// <summary>How one instance of a batch ended.</summary>
/// <param name="Termination">Why it stopped.</param>
/// <param name="Residual">The norm of the true residual, recomputed for the returned iterate.</param>
/// <param name="RelativeResidual">The same divided by the reference norm of the stopping criterion.</param>
/// <param name="Iterations">How many steps were taken.</param>
/// <param name="Products">How many times the operator or function was applied by the method; verification is not counted.</param>
/// <param name="PreconditionerApplications">How many times the preconditioner was applied.</param>
/// <param name="Restarts">How many times the method was started anew from its own iterate, because its recurrence had drifted from the true residual or broken down.</param>
/// <param name="Fallbacks">In how many steps a safeguard replaced a learned step by a classical one.</param>
public readonly record struct Outcome(
    Termination Termination,
    double Residual,
    double RelativeResidual,
    int Iterations,
    int Products,
    int PreconditionerApplications,
    int Restarts,
    int Fallbacks = 0);

/// <summary>The result of a run: iterates, and for every instance why it stopped and what was measured.</summary>
public sealed class Solution
{
    private readonly Outcome[] _outcomes;

    internal Solution(Batch iterate, Outcome[] outcomes, TimeSpan elapsed)
    {
        Iterate = iterate;
        _outcomes = outcomes;
        Elapsed = elapsed;
    }

    /// <summary>The best iterate of every instance, also of those that did not converge.</summary>
    public Batch Iterate { get; }

    /// <summary>How every instance ended.</summary>
    public ReadOnlySpan<Outcome> Outcomes => _outcomes;

    /// <summary>The time of the whole run.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>How many instances converged.</summary>
    public int ConvergedCount => _outcomes.Count(o => o.Termination == Termination.Converged);

    /// <summary>Whether every instance converged.</summary>
    public bool Converged => ConvergedCount == _outcomes.Length;

    /// <summary>The outcome of an instance; of the only one when none is named.</summary>
    public Outcome Outcome(int instance = 0) => _outcomes[instance];

    /// <summary>Returns this solution, or throws when an instance did not converge.</summary>
    /// <exception cref="NotConvergedException">At least one instance did not converge.</exception>
    public Solution EnsureConverged()
    {
        int first = Array.FindIndex(_outcomes, o => o.Termination != Termination.Converged);
        return first < 0 ? this : throw new NotConvergedException(this, first);
    }
}

/// <summary>Thrown by <see cref="Solution.EnsureConverged"/>; it carries the solution with the last good iterates.</summary>
public sealed class NotConvergedException : Exception
{
    internal NotConvergedException(Solution solution, int instance)
        : base(Text(solution, instance)) => Solution = solution;

    /// <summary>The solution that did not converge.</summary>
    public Solution Solution { get; }

    private static string Text(Solution solution, int instance)
    {
        Outcome outcome = solution.Outcome(instance);
        string which = solution.Outcomes.Length == 1
            ? string.Empty
            : $"{solution.Outcomes.Length - solution.ConvergedCount} of {solution.Outcomes.Length} instances did not converge; instance {instance}: ";
        string remedy = outcome.Termination.Remedy();
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{which}{outcome.Termination.Message()} (relative residual {outcome.RelativeResidual:g3} after {outcome.Iterations} iterations)")
            + (remedy.Length == 0 ? string.Empty : $"; {remedy}");
    }
}
