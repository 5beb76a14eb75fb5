namespace Unrolled.RungeKutta;

/// <summary>How an adaptive integrator gets the states at checkpoints.</summary>
public enum CheckpointHandling
{
    /// <summary>From the dense output of the step around the checkpoint: steps do not depend on checkpoints.</summary>
    Interpolated,

    /// <summary>Steps end at checkpoints: full accuracy for more evaluations.</summary>
    Stepped,
}
