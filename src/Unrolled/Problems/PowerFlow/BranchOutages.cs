using System.Collections.Immutable;
using Unrolled.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>
/// The N-1 family of a network: every branch in service out by itself. Outages that cut buses off are told apart, because power flow has
/// no solution for buses without the slack bus: they are the bridges of the graph, found by one depth-first search.
/// </summary>
/// <remarks>Work: linear in buses and branches. Reference: Tarjan, Information Processing Letters 2(6), 160-161, 1974.</remarks>
public sealed class BranchOutages
{
    private BranchOutages(PowerNetwork network, ImmutableArray<int> islanding, ImmutableArray<int> remaining) =>
        (Network, Islanding, Connected) = (network, islanding, remaining);

    /// <summary>The intact network.</summary>
    public PowerNetwork Network { get; }

    /// <summary>The branches whose outage cuts buses off, ascending indices into <see cref="PowerNetwork.Branches"/>.</summary>
    public ImmutableArray<int> Islanding { get; }

    /// <summary>The branches whose outage leaves the network in one piece, ascending: the members of the family.</summary>
    public ImmutableArray<int> Connected { get; }

    /// <summary>The outages of a network.</summary>
    public static BranchOutages Of(PowerNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        int[] branches = [.. network.InServiceBranches];
        bool[] isBridge = Bridges(network.Buses.Length, [.. branches.Select(k => (network.Branches[k].From, network.Branches[k].To))]);
        return new BranchOutages(network, [.. branches.Where((_, k) => isBridge[k])], [.. branches.Where((_, k) => !isBridge[k])]);
    }

    /// <summary>Power flow with one outage of <see cref="Connected"/> per instance, in that order.</summary>
    public PowerFlowOperator Operator(PowerInjections? injections = null) => Operator(Connected.AsSpan(), injections);

    /// <summary>Power flow with one of the named branches out per instance.</summary>
    /// <exception cref="ArgumentException">A branch is not in service, or its outage cuts buses off.</exception>
    public PowerFlowOperator Operator(ReadOnlySpan<int> branches, PowerInjections? injections = null)
    {
        Batch status = Batch.Zeros(Network.Branches.Length, branches.Length);
        status.Values.Fill(1);
        for (int s = 0; s < branches.Length; s++)
        {
            BranchOutageChange.RequireInService(Network, branches[s]);
            if (Islanding.BinarySearch(branches[s]) >= 0)
            {
                throw new ArgumentException($"the outage of branch {branches[s]} cuts buses off", nameof(branches));
            }

            status[branches[s], s] = 0;
        }

        return new PowerFlowOperator(Network, status, injections);
    }

    /// <summary>One line: how many outages there are and which are left out.</summary>
    public string Summary()
    {
        string left = string.Join(", ", Islanding.Select(k => $"{Network.Buses[Network.Branches[k].From].Number}-{Network.Buses[Network.Branches[k].To].Number}"));
        return $"{Islanding.Length + Connected.Length} branch outages: {Connected.Length} leave the network connected, {Islanding.Length} cut buses off"
            + (left.Length > 0 ? $" and are left out: {left}" : string.Empty);
    }

    /// <summary>The branches on no cycle. Parallel branches form one, so the branch that was entered by is told by its number, not its bus.</summary>
    private static bool[] Bridges(int buses, List<(int From, int To)> ends)
    {
        BranchList list = BranchList.Of(buses, ends);
        var isBridge = new bool[ends.Count];
        int[] entered = new int[buses], lowest = new int[buses], next = new int[buses];
        int time = 0;
        var path = new Stack<(int Bus, int Branch)>();
        for (int start = 0; start < buses; start++)
        {
            if (entered[start] > 0)
            {
                continue;
            }

            entered[start] = lowest[start] = ++time;
            path.Push((start, -1));
            while (path.Count > 0)
            {
                (int bus, int by) = path.Peek();
                ReadOnlySpan<(int Bus, int Branch)> at = list.At(bus);
                if (next[bus] < at.Length)
                {
                    (int other, int branch) = at[next[bus]++];
                    if (branch == by)
                    {
                        continue;
                    }

                    if (entered[other] > 0)
                    {
                        lowest[bus] = Math.Min(lowest[bus], entered[other]);
                        continue;
                    }

                    entered[other] = lowest[other] = ++time;
                    path.Push((other, branch));
                    continue;
                }

                path.Pop();
                if (by >= 0)
                {
                    int parent = path.Peek().Bus;
                    lowest[parent] = Math.Min(lowest[parent], lowest[bus]);
                    isBridge[by] = lowest[bus] > entered[parent];
                }
            }
        }

        return isBridge;
    }
}
