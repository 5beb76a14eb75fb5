namespace Unrolled.RungeKutta;

/// <summary>Takes the steps of one chunk of instances, whose states it changes in place.</summary>
internal abstract class FixedStepper
{
    /// <summary>From step number <paramref name="n"/> to <paramref name="n"/> + 1.</summary>
    public abstract void Step(int n);
}
