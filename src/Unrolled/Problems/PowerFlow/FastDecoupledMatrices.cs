using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>The matrices B' and B'' of fast decoupled power flow in its XB form.</summary>
/// <remarks>
/// <para>
/// With the mismatch <c>F = (dP, dQ)</c> of <see cref="PowerFlowOperator"/>, each row divided by the voltage magnitude of its bus
/// (<see cref="PowerFlowOperator.DivideByMagnitude"/>), half iterations are <c>angle -= B'^-1 (dP/V)</c> and
/// <c>magnitude -= B''^-1 (dQ/V)</c>.
/// </para>
/// <para>
/// B' (all buses but the slack bus) is <c>-Im Y</c> of the network without resistances, shunts, charging and with taps 1, phase shifts
/// kept; B'' (PQ buses) is <c>-Im Y</c> with everything but the phase shifts. Conventions of MATPOWER.
/// </para>
/// <para>Reference: Stott, Alsac, IEEE Trans. Power App. Syst. 93(3), 859-869, 1974, doi:10.1109/TPAS.1974.293985.</para>
/// </remarks>
public sealed class FastDecoupledMatrices
{
    private readonly PowerNetwork _network;
    private readonly PowerFlowUnknowns _unknowns;

    /// <summary>The matrices of the intact network.</summary>
    /// <exception cref="ArgumentException">A branch in service has no reactance, which the XB form divides by.</exception>
    public FastDecoupledMatrices(PowerNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        (_network, _unknowns) = (network, new PowerFlowUnknowns(network));
        foreach (int k in network.InServiceBranches)
        {
            if (!double.IsFinite(1 / network.Branches[k].Reactance))
            {
                throw new ArgumentException($"branch {k} has the reactance {network.Branches[k].Reactance}: the XB form divides by it");
            }
        }

        Angle = Assemble(network.Buses.Length, _unknowns.AngleOf.AsSpan(), 0, AngleCircuit, _ => 0);
        Magnitude = Assemble(network.Buses.Length, _unknowns.MagnitudeOf.AsSpan(), _unknowns.Angles, MagnitudeCircuit, bus => bus.Shunt.Imaginary);
    }

    /// <summary>B', rows and columns in the order of the unknown angles.</summary>
    public SparseMatrix Angle { get; }

    /// <summary>B'', rows and columns in the order of the unknown magnitudes.</summary>
    public SparseMatrix Magnitude { get; }

    /// <summary>The change of B' when a branch of <see cref="PowerNetwork.Branches"/> goes out of service; rank at most 2, and 1 without a phase shift.</summary>
    public LowRankChange AngleChange(int branch) => Change(branch, _unknowns.AngleOf.AsSpan(), 0, AngleCircuit);

    /// <summary>The change of B'' when a branch goes out of service; rank at most 2.</summary>
    public LowRankChange MagnitudeChange(int branch) => Change(branch, _unknowns.MagnitudeOf.AsSpan(), _unknowns.Angles, MagnitudeCircuit);

    private static PowerBranch AngleCircuit(PowerBranch branch) => branch with { Resistance = 0, Charging = 0, TapRatio = 1 };

    private static PowerBranch MagnitudeCircuit(PowerBranch branch) => branch with { PhaseShift = 0 };

    private LowRankChange Change(int branch, ReadOnlySpan<int> unknownOf, int first, Func<PowerBranch, PowerBranch> circuit)
    {
        PowerBranch named = BranchOutageChange.RequireInService(_network, branch);
        (Complex yff, Complex yft, Complex ytf, Complex ytt) = circuit(named).Admittances();
        int f = unknownOf[named.From], t = unknownOf[named.To];
        return LowRankChange.Of(
            [f < 0 ? -1 : f - first, t < 0 ? -1 : t - first],
            new double[,] { { yff.Imaginary, yft.Imaginary }, { ytf.Imaginary, ytt.Imaginary } });
    }

    private SparseMatrix Assemble(
        int buses, ReadOnlySpan<int> unknownOf, int first, Func<PowerBranch, PowerBranch> circuit, Func<PowerBus, double> shunt)
    {
        var entries = new SortedDictionary<(int Row, int Column), double>();
        int size = 0;
        for (int i = 0; i < buses; i++)
        {
            if (unknownOf[i] >= 0)
            {
                size++;
                entries[(unknownOf[i] - first, unknownOf[i] - first)] = -shunt(_network.Buses[i]);
            }
        }

        foreach (int k in _network.InServiceBranches)
        {
            PowerBranch branch = _network.Branches[k];
            (Complex yff, Complex yft, Complex ytf, Complex ytt) = circuit(branch).Admittances();
            int f = unknownOf[branch.From], t = unknownOf[branch.To];
            Add(f, f, yff);
            Add(f, t, yft);
            Add(t, f, ytf);
            Add(t, t, ytt);
        }

        return SparseMatrix.FromTriplets(
            size, size, [.. entries.Keys.Select(e => e.Row)], [.. entries.Keys.Select(e => e.Column)], [.. entries.Values]);

        void Add(int row, int column, Complex y)
        {
            if (row >= 0 && column >= 0)
            {
                (int, int) place = (row - first, column - first);
                entries[place] = entries.GetValueOrDefault(place) - y.Imaginary;
            }
        }
    }
}
