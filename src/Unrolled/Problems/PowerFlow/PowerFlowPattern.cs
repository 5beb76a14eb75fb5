using Unrolled.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>The pattern of the Jacobian of the intact network, and the tables that the kernels read.</summary>
internal static class PowerFlowPattern
{
    /// <summary>The positions that can be nonzero: blocks of up to 2 x 2 for every bus and every pair of buses that a branch in service connects.</summary>
    public static SparsityPattern Of(PowerNetwork network, PowerFlowUnknowns unknowns)
    {
        var columns = new SortedSet<int>[unknowns.Components];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = [];
        }

        void Block(int row, int column)
        {
            foreach (int equation in new[] { unknowns.AngleOf[row], unknowns.MagnitudeOf[row] })
            {
                foreach (int unknown in new[] { unknowns.AngleOf[column], unknowns.MagnitudeOf[column] })
                {
                    if (equation >= 0 && unknown >= 0)
                    {
                        columns[equation].Add(unknown);
                    }
                }
            }
        }

        for (int i = 0; i < network.Buses.Length; i++)
        {
            Block(i, i);
        }

        foreach (int k in network.InServiceBranches)
        {
            Block(network.Branches[k].From, network.Branches[k].To);
            Block(network.Branches[k].To, network.Branches[k].From);
        }

        var rowStart = new int[columns.Length + 1];
        for (int i = 0; i < columns.Length; i++)
        {
            rowStart[i + 1] = rowStart[i] + columns[i].Count;
        }

        return new SparsityPattern(columns.Length, columns.Length, rowStart, [.. columns.SelectMany(row => row)]);
    }

    /// <summary>The tables of a network.</summary>
    public static PowerFlowTables Tables(PowerNetwork network, PowerFlowUnknowns unknowns, SparsityPattern pattern)
    {
        PowerBranch[] branches = [.. network.InServiceBranches.Select(k => network.Branches[k])];
        var coefficients = new List<double>();
        var branchPlaces = new List<int>();
        var repeats = new bool[branches.Length];
        var seen = new HashSet<(int, int)>();
        for (int k = 0; k < branches.Length; k++)
        {
            (int f, int t) = (branches[k].From, branches[k].To);
            (var yff, var yft, var ytf, var ytt) = branches[k].Admittances();
            coefficients.AddRange([yff.Real, yff.Imaginary, ytt.Real, ytt.Imaginary, yft.Real, yft.Imaginary, ytf.Real, ytf.Imaginary]);
            branchPlaces.AddRange([.. Places(f, t), .. Places(t, f)]);
            repeats[k] = !seen.Add((Math.Min(f, t), Math.Max(f, t)));
        }

        return new PowerFlowTables
        {
            From = [.. branches.Select(branch => branch.From)],
            To = [.. branches.Select(branch => branch.To)],
            Coefficients = [.. coefficients],
            Shunts = [.. network.Buses.SelectMany(bus => new[] { bus.Shunt.Real, bus.Shunt.Imaginary })],
            AngleRow = [.. unknowns.AngleOf],
            MagnitudeRow = [.. unknowns.MagnitudeOf],
            FixedAngle = [.. network.Buses.Select(bus => bus.Angle)],
            FixedMagnitude = [.. network.Buses.Select(bus => bus.Magnitude)],
            BranchPlaces = [.. branchPlaces],
            Repeats = repeats,
            BusPlaces = [.. Enumerable.Range(0, network.Buses.Length).SelectMany(i => Places(i, i))],
            Entries = pattern.Count,
            Angles = unknowns.Angles,
            Components = unknowns.Components,
        };

        // (P, angle), (P, V), (Q, angle), (Q, V): equations of one bus, unknowns of the other.
        int[] Places(int bus, int other) =>
        [
            Place(unknowns.AngleOf[bus], unknowns.AngleOf[other]), Place(unknowns.AngleOf[bus], unknowns.MagnitudeOf[other]),
            Place(unknowns.MagnitudeOf[bus], unknowns.AngleOf[other]), Place(unknowns.MagnitudeOf[bus], unknowns.MagnitudeOf[other]),
        ];

        int Place(int row, int column) => row < 0 || column < 0 ? -1 : pattern.RowStart[row] + pattern.Row(row).BinarySearch(column);
    }
}
