namespace Unrolled.Numerics;

/// <summary>One process, and how items are shared out over several.</summary>
public static class Ranks
{
    /// <summary>One process, which does everything itself.</summary>
    public static IRanks Alone { get; } = new OneRank();

    /// <summary>The first item of a rank: contiguous blocks whose lengths differ by at most one. With <paramref name="rank"/> equal to the number of
    /// ranks, the number of items.</summary>
    public static int FirstItem(int items, int rank, int ranks) => (int)((long)items * rank / ranks);

    private sealed class OneRank : IRanks
    {
        public int Rank => 0;

        public int Count => 1;

        public void Gather(Span<byte> buffer, ReadOnlySpan<int> lengths)
        {
        }
    }
}
