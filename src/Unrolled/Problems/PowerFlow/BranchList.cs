namespace Unrolled.Problems.PowerFlow;

/// <summary>For each bus the branches that end there: the bus at the other end and the number of the branch.</summary>
internal sealed class BranchList
{
    private readonly int[] _start;
    private readonly (int Bus, int Branch)[] _ends;

    private BranchList(int[] start, (int Bus, int Branch)[] ends) => (_start, _ends) = (start, ends);

    public static BranchList Of(int buses, List<(int From, int To)> branches)
    {
        var start = new int[buses + 1];
        foreach ((int from, int to) in branches)
        {
            start[from + 1]++;
            start[to + 1]++;
        }

        for (int i = 0; i < buses; i++)
        {
            start[i + 1] += start[i];
        }

        int[] next = start[..buses];
        var ends = new (int, int)[2 * branches.Count];
        for (int k = 0; k < branches.Count; k++)
        {
            (int from, int to) = branches[k];
            ends[next[from]++] = (to, k);
            ends[next[to]++] = (from, k);
        }

        return new BranchList(start, ends);
    }

    public ReadOnlySpan<(int Bus, int Branch)> At(int bus) => _ends.AsSpan(_start[bus].._start[bus + 1]);
}
