using System.Collections.Immutable;
using Unrolled.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>
/// The order of unknowns and equations: the angles of all buses but the slack bus, then the magnitudes of the PQ buses, both in the order
/// of the buses. Row <c>i</c> of the mismatch is P or Q of the bus whose angle or magnitude is unknown <c>i</c>.
/// </summary>
public sealed class PowerFlowUnknowns
{
    private readonly PowerNetwork _network;

    /// <summary>The order for a network.</summary>
    public PowerFlowUnknowns(PowerNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        int next = 0;
        AngleOf = [.. network.Buses.Select(bus => bus.Kind == PowerBusKind.Slack ? -1 : next++)];
        Angles = next;
        MagnitudeOf = [.. network.Buses.Select(bus => bus.Kind == PowerBusKind.Load ? next++ : -1)];
        Components = next;
    }

    /// <summary>The number of unknown angles.</summary>
    public int Angles { get; }

    /// <summary>The number of unknowns.</summary>
    public int Components { get; }

    /// <summary>The unknown that is the angle of each bus, -1 for the slack bus.</summary>
    public ImmutableArray<int> AngleOf { get; }

    /// <summary>The unknown that is the voltage magnitude of each bus, -1 where it is given.</summary>
    public ImmutableArray<int> MagnitudeOf { get; }

    /// <summary>The flat start: every angle that of the slack bus, every unknown magnitude 1.</summary>
    public Batch FlatStart(int instances)
    {
        double angle = _network.Buses[_network.SlackBus].Angle;
        return Start(instances, _ => angle, _ => 1);
    }

    /// <summary>The voltages of the file.</summary>
    public Batch CaseStart(int instances) => Start(instances, bus => bus.Angle, bus => bus.Magnitude);

    /// <summary>Every instance at the same point, such as the solution of the intact network.</summary>
    /// <exception cref="ArgumentException">The point has another number of components.</exception>
    public Batch WarmStart(ReadOnlySpan<double> point, int instances)
    {
        if (point.Length != Components)
        {
            throw new ArgumentException($"the point has {point.Length} components, the power flow {Components}", nameof(point));
        }

        Batch start = Batch.Zeros(Components, instances);
        for (int i = 0; i < Components; i++)
        {
            start.Row(i).Fill(point[i]);
        }

        return start;
    }

    private Batch Start(int instances, Func<PowerBus, double> angle, Func<PowerBus, double> magnitude)
    {
        Batch start = Batch.Zeros(Components, instances);
        for (int i = 0; i < _network.Buses.Length; i++)
        {
            if (AngleOf[i] >= 0)
            {
                start.Row(AngleOf[i]).Fill(angle(_network.Buses[i]));
            }

            if (MagnitudeOf[i] >= 0)
            {
                start.Row(MagnitudeOf[i]).Fill(magnitude(_network.Buses[i]));
            }
        }

        return start;
    }
}
