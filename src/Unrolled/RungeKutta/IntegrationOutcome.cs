namespace Unrolled.RungeKutta;

/// <summary>How the integration of one instance ended.</summary>
/// <param name="Termination">Why it ended.</param>
/// <param name="Time">The time of the last good state, which is the end of the interval when it completed.</param>
/// <param name="Evaluations">How many times the right-hand side was evaluated for it.</param>
/// <param name="Steps">How many steps were taken.</param>
/// <param name="RejectedSteps">How many more were tried and rejected.</param>
public readonly record struct IntegrationOutcome(
    IntegrationTermination Termination, double Time, long Evaluations, int Steps, int RejectedSteps);
