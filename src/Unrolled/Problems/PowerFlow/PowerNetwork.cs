using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Unrolled.Problems.Formats;

namespace Unrolled.Problems.PowerFlow;

/// <summary>
/// A transmission network in steady state, one phase of a balanced system, everything in per unit: buses in the order of the file,
/// branches, one slack bus.
/// </summary>
/// <remarks>
/// Immutable and validated once. Every bus is connected to the slack bus by branches in service, because the equations of power flow
/// have no unique solution otherwise. Reactive limits of generators are not part of it: nothing here enforces them.
/// </remarks>
public sealed class PowerNetwork
{
    /// <summary>Creates a network.</summary>
    /// <param name="baseMva">The power base in MVA.</param>
    /// <param name="buses">The buses, exactly one of them the slack bus.</param>
    /// <param name="branches">The branches; their ends are indices of buses.</param>
    /// <param name="notes">What was decided when the network was made from something else, one sentence each.</param>
    /// <exception cref="ArgumentException">The network breaks a rule; the text says which.</exception>
    public PowerNetwork(double baseMva, IEnumerable<PowerBus> buses, IEnumerable<PowerBranch> branches, IEnumerable<string>? notes = null)
    {
        Require(double.IsFinite(baseMva) && baseMva > 0, $"the power base is {baseMva} MVA, expected a finite number above 0");
        (BaseMva, Buses, Branches, Notes) = (baseMva, [.. buses], [.. branches], [.. notes ?? []]);
        PowerBus[] slack = [.. Buses.Where(bus => bus.Kind == PowerBusKind.Slack)];
        Require(slack.Length == 1, $"there are {slack.Length} slack buses, expected one");
        SlackBus = Buses.IndexOf(slack[0]);
        foreach (PowerBus bus in Buses)
        {
            Require(Enum.IsDefined(bus.Kind), $"bus {bus.Number} is of the unknown kind {(int)bus.Kind}");
            Require(
                Complex.IsFinite(bus.Load) && Complex.IsFinite(bus.Shunt) && Complex.IsFinite(bus.Generation) && double.IsFinite(bus.Angle),
                $"a number of bus {bus.Number} is not finite");
            Require(double.IsFinite(bus.Magnitude) && bus.Magnitude > 0, $"the voltage magnitude of bus {bus.Number} is {bus.Magnitude}, expected above 0");
        }

        for (int k = 0; k < Branches.Length; k++)
        {
            PowerBranch branch = Branches[k];
            Require(
                (uint)branch.From < (uint)Buses.Length && (uint)branch.To < (uint)Buses.Length,
                $"branch {k} connects {branch.From} and {branch.To}, expected indices below {Buses.Length}");
            Require(branch.From != branch.To, $"branch {k} connects bus {Buses[branch.From].Number} with itself");
            Require(!branch.InService || HasFiniteAdmittances(branch), $"the admittances of branch {k} are not finite");
            Require(branch.Rating >= 0, $"the rating of branch {k} is {branch.Rating}, expected 0 or more");
        }

        InServiceBranches = [.. Enumerable.Range(0, Branches.Length).Where(k => Branches[k].InService)];
        var islands = NetworkIslands.Of(this);
        Require(islands.Count == 1, $"the network falls into {islands.Count} islands, expected one");
    }

    /// <summary>The power base in MVA: 1 per unit.</summary>
    public double BaseMva { get; }

    /// <summary>The buses, in the order of the file.</summary>
    public ImmutableArray<PowerBus> Buses { get; }

    /// <summary>All branches, in the order of the file, those out of service among them.</summary>
    public ImmutableArray<PowerBranch> Branches { get; }

    /// <summary>The indices of the branches in service, ascending.</summary>
    public ImmutableArray<int> InServiceBranches { get; }

    /// <summary>The index of the slack bus.</summary>
    public int SlackBus { get; }

    /// <summary>What was decided when the network was read: buses left out, kinds changed.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Reads a MATPOWER case file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened or is no valid network: names the first fault.</exception>
    public static PowerNetwork Read(string path) => From(MatpowerReader.Read(path));

    /// <summary>Makes the network of a case.</summary>
    /// <exception cref="InvalidInputException">The case is not a network for which power flow is defined: names the fault and its place.</exception>
    public static PowerNetwork From(MatpowerCase matpower)
    {
        ArgumentNullException.ThrowIfNull(matpower);
        try
        {
            return new CaseNetwork(matpower).Build();
        }
        catch (ArgumentException e)
        {
            // What only shows in per unit, such as a quotient that is not finite.
            throw new InvalidInputException(matpower.Source, e.Message, e);
        }
    }

    /// <summary>A readable summary of several lines, the notes last.</summary>
    public string Summary()
    {
        int Of(PowerBusKind kind) => Buses.Count(bus => bus.Kind == kind);
        double Mega(Func<PowerBus, double> power) => Buses.Sum(power) * BaseMva;
        int transformers = Branches.Count(branch => branch.TapRatio != 1 || branch.PhaseShift != 0);
        string[] lines =
        [
            $"{Buses.Length} buses: {Of(PowerBusKind.Load)} PQ, {Of(PowerBusKind.Generator)} PV, slack bus {Buses[SlackBus].Number}",
            $"{Branches.Length} branches: {InServiceBranches.Length} in service, {transformers} with a tap off nominal or a phase shift, {Branches.Count(b => b.Rating > 0)} with a rating",
            Text($"load {Mega(bus => bus.Load.Real):0.###} MW + j {Mega(bus => bus.Load.Imaginary):0.###} MVAr, generation {Mega(bus => bus.Generation.Real):0.###} MW, base {BaseMva:0.###} MVA"),
            "limits of reactive power are not enforced",
            .. Notes,
        ];
        return string.Join('\n', lines);

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    internal static bool HasFiniteAdmittances(PowerBranch branch)
    {
        (Complex yff, Complex yft, Complex ytf, Complex ytt) = branch.Admittances();
        return Complex.IsFinite(yff) && Complex.IsFinite(yft) && Complex.IsFinite(ytf) && Complex.IsFinite(ytt);
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new ArgumentException(fault);
        }
    }
}
