using System.Numerics;
using Unrolled.Problems.Formats;

namespace Unrolled.Problems.PowerFlow;

/// <summary>Makes a network of the matrices of a case, with faults that name the place in the file.</summary>
internal sealed class CaseNetwork(MatpowerCase matpower)
{
    private const int Isolated = 4;
    private const double Degree = Math.PI / 180;

    private readonly MatpowerTable buses = matpower.Buses, generators = matpower.Generators, branches = matpower.Branches;
    private readonly Dictionary<int, int> rowOf = [];
    private readonly List<string> notes = [];
    private int slackRow = -1;

    public PowerNetwork Build()
    {
        ReadNumbers();
        Complex[] generation = new Complex[buses.Rows];
        double[] setPoint = new double[buses.Rows];
        ReadGenerators(generation, setPoint);
        var kept = new List<PowerBus>();
        var indexOf = new int[buses.Rows];
        for (int row = 0; row < buses.Rows; row++)
        {
            indexOf[row] = Kind(row) == Isolated ? -1 : kept.Count;
            if (indexOf[row] >= 0)
            {
                kept.Add(ReadBus(row, generation[row], setPoint[row]));
            }
        }

        List<PowerBranch> connections = ReadBranches(indexOf);
        RequireConnected(indexOf, kept, connections);
        return new PowerNetwork(matpower.BaseMva, kept, connections, notes);
    }

    private void ReadNumbers()
    {
        for (int row = 0; row < buses.Rows; row++)
        {
            int number = Number(buses, row, 0, "bus number");
            if (!rowOf.TryAdd(number, row))
            {
                throw buses.Fault(row, 0, $"bus {number} was already given in line {buses.LineOf(rowOf[number])}");
            }

            double kind = buses[row, 1];
            if (kind is not (1 or 2 or 3 or Isolated))
            {
                throw buses.Fault(row, 1, $"the type of bus {number} is {Text(kind)}, expected 1 (PQ), 2 (PV), 3 (slack) or 4 (isolated)");
            }

            if (kind == 3)
            {
                slackRow = slackRow < 0 ? row : throw buses.Fault(row, 1,
                    $"bus {number} is a second slack bus (type 3) beside bus {(int)buses[slackRow, 0]} of line {buses.LineOf(slackRow)}, expected one: distributed slack is not supported");
            }
        }

        if (slackRow < 0)
        {
            throw buses.Fault(0, 1, $"no bus of {buses.Name} is the slack bus, expected one of type 3");
        }

        int[] isolated = [.. Enumerable.Range(0, buses.Rows).Where(row => Kind(row) == Isolated).Select(row => (int)buses[row, 0])];
        if (isolated.Length > 0)
        {
            notes.Add($"left out as isolated (type 4): {(isolated.Length == 1 ? "bus" : "buses")} {string.Join(", ", isolated)}");
        }
    }

    private void ReadGenerators(Complex[] generation, double[] setPoint)
    {
        int dropped = 0;
        for (int row = 0; row < generators.Rows; row++)
        {
            int bus = BusRow(generators, row, 0, "generator");
            double status = Finite(generators, row, 7, "the status of the generator");
            if (status <= 0 || Kind(bus) == Isolated)
            {
                dropped++;
                continue;
            }

            double p = Finite(generators, row, 1, "the active power of the generator"), q = Finite(generators, row, 2, "the reactive power of the generator");
            double magnitude = Finite(generators, row, 5, "the voltage set point of the generator");
            if (magnitude <= 0)
            {
                throw generators.Fault(row, 5, $"the voltage set point of the generator is {Text(magnitude)}, expected above 0");
            }

            generation[bus] += new Complex(p, q) / matpower.BaseMva;
            if (setPoint[bus] != 0 && setPoint[bus] != magnitude)
            {
                notes.Add($"generators at bus {(int)buses[bus, 0]} have different voltage set points: {Text(magnitude)}, the last, is used");
            }

            setPoint[bus] = magnitude;
        }

        if (dropped > 0)
        {
            notes.Add($"{dropped} {(dropped == 1 ? "generator" : "generators")} out of service or at isolated buses left out");
        }
    }

    private PowerBus ReadBus(int row, Complex generation, double setPoint)
    {
        double Number(int column, string what) => Finite(buses, row, column, $"{what} of bus {(int)buses[row, 0]}");
        var kind = (PowerBusKind)Kind(row);
        if (kind == PowerBusKind.Slack && setPoint == 0)
        {
            throw buses.Fault(row, 1, $"the slack bus {(int)buses[row, 0]} has no generator in service");
        }

        if (kind == PowerBusKind.Generator && setPoint == 0)
        {
            kind = PowerBusKind.Load;
            notes.Add($"bus {(int)buses[row, 0]} has no generator in service: PQ instead of PV");
        }

        double magnitude = Number(7, "the voltage magnitude");
        if (magnitude <= 0)
        {
            throw buses.Fault(row, 7, $"the voltage magnitude of bus {(int)buses[row, 0]} is {Text(magnitude)}, expected above 0");
        }

        return new PowerBus(
            (int)buses[row, 0],
            kind,
            new Complex(Number(2, "the load P"), Number(3, "the load Q")) / matpower.BaseMva,
            new Complex(Number(4, "the shunt G"), Number(5, "the shunt B")) / matpower.BaseMva,
            generation,
            kind == PowerBusKind.Load ? magnitude : setPoint,
            Number(8, "the voltage angle") * Degree,
            Number(12, "the lowest voltage"),
            Number(11, "the highest voltage"));
    }

    private List<PowerBranch> ReadBranches(int[] indexOf)
    {
        var read = new List<PowerBranch>();
        int dropped = 0;
        for (int row = 0; row < branches.Rows; row++)
        {
            int from = BusRow(branches, row, 0, "branch"), to = BusRow(branches, row, 1, "branch");
            string name = $"branch {(int)branches[row, 0]}-{(int)branches[row, 1]}";
            double Number(int column, string what) => Finite(branches, row, column, $"{what} of {name}");
            if (from == to)
            {
                throw branches.Fault(row, 1, $"{name} connects a bus with itself");
            }

            double status = Number(10, "the status");
            if (status is not (0 or 1))
            {
                throw branches.Fault(row, 10, $"the status of {name} is {Text(status)}, expected 0 or 1");
            }

            double rating = branches[row, 5], ratio = Number(8, "the tap ratio");
            if (!(rating >= 0))
            {
                throw branches.Fault(row, 5, $"the rating of {name} is {Text(rating)}, expected 0 (none) or more");
            }

            if (ratio < 0)
            {
                throw branches.Fault(row, 8, $"the tap ratio of {name} is {Text(ratio)}, expected 0 (a line) or more");
            }

            var branch = new PowerBranch(
                indexOf[from], indexOf[to], Number(2, "the resistance"), Number(3, "the reactance"), Number(4, "the charging"),
                ratio == 0 ? 1 : ratio, Number(9, "the phase shift") * Degree, status == 1, double.IsInfinity(rating) ? 0 : rating / matpower.BaseMva);
            if (branch.InService && branch.Resistance == 0 && branch.Reactance == 0)
            {
                throw branches.Fault(row, 2, $"{name} is in service and has no impedance (r = x = 0): merge its buses");
            }

            if (branch.InService && !PowerNetwork.HasFiniteAdmittances(branch))
            {
                throw branches.Fault(row, 2, $"the admittances of {name} are not finite");
            }

            if (indexOf[from] < 0 || indexOf[to] < 0)
            {
                dropped++;
                continue;
            }

            read.Add(branch);
        }

        if (dropped > 0)
        {
            notes.Add($"{dropped} {(dropped == 1 ? "branch" : "branches")} to isolated buses left out");
        }

        return read;
    }

    private void RequireConnected(int[] indexOf, List<PowerBus> kept, List<PowerBranch> connections)
    {
        int[] island = NetworkIslands.Find(kept.Count, [.. connections.Where(b => b.InService).Select(b => (b.From, b.To))]);
        int ofSlack = island[indexOf[slackRow]];
        for (int row = 0; row < buses.Rows; row++)
        {
            if (indexOf[row] >= 0 && island[indexOf[row]] != ofSlack)
            {
                throw buses.Fault(row, 0,
                    $"no branches in service connect bus {(int)buses[row, 0]} to the slack bus {(int)buses[slackRow, 0]}; type 4 leaves a bus out");
            }
        }
    }

    private int Kind(int row) => (int)buses[row, 1];

    private int BusRow(MatpowerTable table, int row, int column, string what)
    {
        int number = Number(table, row, column, "bus number");
        return rowOf.TryGetValue(number, out int bus) ? bus : throw table.Fault(row, column, $"a {what} at bus {number}, which {buses.Name} does not have");
    }

    private static int Number(MatpowerTable table, int row, int column, string what)
    {
        double value = table[row, column];
        return value >= 1 && value <= int.MaxValue && value == Math.Floor(value)
            ? (int)value
            : throw table.Fault(row, column, $"the {what} is {Text(value)}, expected a whole number from 1 to {int.MaxValue}");
    }

    private static double Finite(MatpowerTable table, int row, int column, string what)
    {
        double value = table[row, column];
        return double.IsFinite(value) ? value : throw table.Fault(row, column, $"{what} is {Text(value)}, expected a finite number");
    }

    private static string Text(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
