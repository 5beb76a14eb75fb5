using System.Globalization;
using Unrolled.Newton.PowerFlow;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>What learning, comparing and solving share.</summary>
internal static class PowerFlowScreening
{
    /// <summary>The intact network at a load factor, or one clear line.</summary>
    /// <exception cref="InvalidInputException">Newton's method finds no solution.</exception>
    public static OutageScreen Solve(PowerNetwork network, string path, double load)
    {
        try
        {
            return PowerFlowModel.Screen(network, load);
        }
        catch (NotConvergedException e)
        {
            string at = load == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" with loads times {load:g6}");
            throw new InvalidInputException(path, $"the intact network{at} has no solution that Newton's method finds from the flat start "
                + $"(mismatch {e.Solution.Outcome().Residual.ToString("g3", CultureInfo.InvariantCulture)} per unit): lower the load or check the data", e);
        }
    }

    /// <summary>Every second branch, from the first or the second on: both halves see all parts of the network.</summary>
    public static int[] Half(int[] branches, int from) => [.. branches.Where((_, k) => k % 2 == from)];

    /// <summary>A branch by the numbers of its buses.</summary>
    public static string NameOf(PowerNetwork network, int branch)
    {
        PowerBranch named = network.Branches[branch];
        return $"{network.Buses[named.From].Number}-{network.Buses[named.To].Number}";
    }
}
