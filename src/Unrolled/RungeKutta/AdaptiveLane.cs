namespace Unrolled.RungeKutta;

/// <summary>The instance in a lane, beside the numbers that kernels see.</summary>
internal struct AdaptiveLane
{
    public int Instance;
    public int Checkpoint;
    public int Steps;
    public int Rejected;
    public long Evaluations;
    public double PreviousError;
    public double Proposed;
    public bool RejectedBefore;
    public bool NonFinite;
}
