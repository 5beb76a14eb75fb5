namespace Unrolled.Tests;

/// <summary>Counts the bytes that an action allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least number over a few attempts: a garbage collection that another test causes in between also counts what is left of the buffer of this thread, but what is
    /// allocated is allocated in every attempt.
    /// </summary>
    public static long Of(Action action)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
