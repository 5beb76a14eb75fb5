namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>How a run of a machine stands.</summary>
public enum TuringOutcome
{
    /// <summary>It can go on.</summary>
    Running,

    /// <summary>It has halted.</summary>
    Halted,

    /// <summary>It has no action for what it reads: the input is not of the form that it expects.</summary>
    Stuck,

    /// <summary>The head has left the tape, which was too short.</summary>
    LeftTape,
}
