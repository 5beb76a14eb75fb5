namespace Unrolled.RungeKutta;

/// <summary>Why the integration of an instance ended. Every value has a message and a remedy: <see cref="IntegrationTerminations"/>.</summary>
public enum IntegrationTermination
{
    /// <summary>The end of the interval was reached with finite numbers.</summary>
    Completed,

    /// <summary>A number became infinite or undefined.</summary>
    NonFinite,

    /// <summary>The tolerance asks for steps below the rounding of the time.</summary>
    StepTooSmall,

    /// <summary>The allowed number of steps was used before the end.</summary>
    StepLimit,

    /// <summary>The time limit was reached.</summary>
    TimeLimit,

    /// <summary>The caller asked to stop.</summary>
    Canceled,
}

/// <summary>What an <see cref="IntegrationTermination"/> means and what to do about it.</summary>
public static class IntegrationTerminations
{
    /// <summary>One sentence: what happened.</summary>
    public static string Message(this IntegrationTermination termination) => termination switch
    {
        IntegrationTermination.Completed => "the end of the interval was reached",
        IntegrationTermination.NonFinite => "a number became infinite or undefined",
        IntegrationTermination.StepTooSmall => "the tolerance asks for steps below the rounding of the time",
        IntegrationTermination.StepLimit => "the step limit was reached before the end of the interval",
        IntegrationTermination.TimeLimit => "the time limit was reached",
        IntegrationTermination.Canceled => "canceled by the caller",
        _ => throw new ArgumentOutOfRangeException(nameof(termination), termination, "unknown termination"),
    };

    /// <summary>One sentence: what to try next; empty when there is nothing to mend.</summary>
    public static string Remedy(this IntegrationTermination termination) => termination switch
    {
        IntegrationTermination.Completed or IntegrationTermination.Canceled => string.Empty,
        IntegrationTermination.NonFinite => "take more steps, or integrate adaptively: the step was unstable or the solution does not exist up to the end",
        IntegrationTermination.StepTooSmall => "relax the tolerances, or end the interval before the solution becomes singular",
        IntegrationTermination.StepLimit => "raise the step limit or relax the tolerances; a stiff problem needs an implicit method",
        IntegrationTermination.TimeLimit => "raise the time limit",
        _ => throw new ArgumentOutOfRangeException(nameof(termination), termination, "unknown termination"),
    };
}
