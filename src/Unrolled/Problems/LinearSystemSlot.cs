namespace Unrolled.Problems;

/// <summary>
/// A place for a linear system that is exchanged between runs of the same tape: chunk after chunk of a training set goes
/// through one set of buffers, which then stay in the cache.
/// </summary>
internal sealed class LinearSystemSlot(LinearSystem system)
{
    /// <summary>The system that the recorded operations see now; all have the same shape.</summary>
    public LinearSystem System { get; set; } = system;
}
