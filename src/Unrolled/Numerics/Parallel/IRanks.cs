namespace Unrolled.Numerics;

/// <summary>
/// The processes ("ranks") that do one piece of work together: all run the same program on the same input, share out the items of the work by
/// number, and give each other the results. <see cref="Ranks.Alone"/> is one process.
/// </summary>
/// <remarks>Nothing is ever summed on the way: results are exchanged item by item and added by every rank in the order of the items, so the bits do
/// not depend on how many ranks there are. All ranks make the same calls in the same order, each from one thread.</remarks>
public interface IRanks
{
    /// <summary>The number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Count { get; }

    /// <summary>Set when this process was asked to stop. Items may end early then, if their results say so: ranks agree with the next exchange.</summary>
    CancellationToken StopRequested => default;

    /// <summary>Every rank gives its own block of a buffer and receives the blocks of all others.</summary>
    /// <param name="buffer">The blocks of all ranks, one after the other; the own one is filled in.</param>
    /// <param name="lengths">The length of every rank's block in bytes, the same numbers on all ranks.</param>
    void Gather(Span<byte> buffer, ReadOnlySpan<int> lengths);

    /// <summary>Told what a shared piece of work took; for those who predict what more ranks would bring.</summary>
    void Record(SharedStep step)
    {
    }
}
