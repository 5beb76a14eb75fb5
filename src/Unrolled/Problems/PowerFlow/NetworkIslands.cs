using System.Collections.Immutable;

namespace Unrolled.Problems.PowerFlow;

/// <summary>The parts of a network that branches in service hold together, found by breadth-first search: linear in buses and branches.</summary>
/// <param name="IslandOf">The island of each bus; island 0 is that of bus 0, the others follow in the order of their first bus.</param>
/// <param name="Count">The number of islands.</param>
internal sealed record NetworkIslands(ImmutableArray<int> IslandOf, int Count)
{
    /// <summary>The islands of the intact network.</summary>
    public static NetworkIslands Of(PowerNetwork network) => Of(network, []);

    /// <summary>The islands once some branches are out as well.</summary>
    public static NetworkIslands Of(PowerNetwork network, ReadOnlySpan<int> outages)
    {
        ArgumentNullException.ThrowIfNull(network);
        var ends = new List<(int, int)>();
        foreach (int k in network.InServiceBranches)
        {
            if (!outages.Contains(k))
            {
                ends.Add((network.Branches[k].From, network.Branches[k].To));
            }
        }

        int[] island = Find(network.Buses.Length, ends);
        return new NetworkIslands([.. island], island.Length == 0 ? 0 : island.Max() + 1);
    }

    /// <summary>The island of each bus from the ends of branches.</summary>
    internal static int[] Find(int buses, List<(int From, int To)> ends)
    {
        BranchList list = BranchList.Of(buses, ends);
        var island = new int[buses];
        Array.Fill(island, -1);
        int count = 0;
        var waiting = new Queue<int>();
        for (int start = 0; start < buses; start++)
        {
            if (island[start] >= 0)
            {
                continue;
            }

            island[start] = count;
            waiting.Enqueue(start);
            while (waiting.TryDequeue(out int bus))
            {
                foreach ((int other, _) in list.At(bus))
                {
                    if (island[other] < 0)
                    {
                        island[other] = count;
                        waiting.Enqueue(other);
                    }
                }
            }

            count++;
        }

        return island;
    }
}
