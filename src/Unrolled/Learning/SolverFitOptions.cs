using Unrolled.Newton;

namespace Unrolled.Learning;

/// <summary>What a <see cref="SolverFit"/> makes small.</summary>
public sealed record SolverFitOptions
{
    /// <summary>What serves a form well: three unrolled steps of direct ones, three stretches of one step in Newton-Krylov form.</summary>
    public static SolverFitOptions For(LearnedForm form) =>
        form == LearnedForm.Direct ? new() : new() { UnrolledSteps = 1, Stretches = 3 };

    /// <summary>T, the steps through which derivatives are carried; 1 in Newton-Krylov form.</summary>
    public int UnrolledSteps { get; init; } = 3;

    /// <summary>How many times T steps the solver is followed on its own way: later stretches begin where the current weights lead.</summary>
    public int Stretches { get; init; } = 1;

    /// <summary>
    /// rho: 0 for the geometric mean of the residuals after every step; p > 0 for the p-norm over the instances of the residual after the
    /// last step, which for large p is the worst case at a fixed budget.
    /// </summary>
    public double Power { get; init; }

    /// <summary>How the fit is made.</summary>
    public FitOptions Fit { get; init; } = new() { Rounds = 30, StepsPerRound = 8, Ridge = 0 };
}
