using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>Voltages and flows of one instance at a point, whether or not it solves the equations. Powers in MW, MVAr, MVA.</summary>
public sealed class PowerFlowState
{
    /// <summary>Computes the state.</summary>
    /// <param name="flow">The operator.</param>
    /// <param name="x">The points, shape (flow.Components, instances).</param>
    /// <param name="instance">Which instance, of the points and of the operator.</param>
    /// <exception cref="ArgumentException">The points have another size, or there is no such instance.</exception>
    public PowerFlowState(PowerFlowOperator flow, Batch x, int instance)
    {
        ArgumentNullException.ThrowIfNull(flow);
        Guard.Equal(x.Components, flow.Components, "the number of components of the point", "that of the power flow");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)instance, (uint)x.Instances, nameof(instance));
        if (flow.Instances != 1)
        {
            Guard.Equal(x.Instances, flow.Instances, "the number of instances of the point", "that of the power flow");
        }

        PowerNetwork network = flow.Network;
        Voltages = [.. Enumerable.Range(0, network.Buses.Length).Select(i => Voltage(flow, x, instance, i))];
        Complex[] sum = [.. network.Buses.Select((bus, i) => Complex.Conjugate(bus.Shunt) * Square(Voltages[i]))];
        var flows = new List<BranchFlow>();
        for (int k = 0; k < network.InServiceBranches.Length; k++)
        {
            int number = network.InServiceBranches[k];
            PowerBranch branch = network.Branches[number];
            double status = flow.StatusOf(k, instance);
            (Complex yff, Complex yft, Complex ytf, Complex ytt) = branch.Admittances();
            Complex vf = Voltages[branch.From], vt = Voltages[branch.To];
            Complex from = status * vf * Complex.Conjugate((yff * vf) + (yft * vt)), to = status * vt * Complex.Conjugate((ytf * vf) + (ytt * vt));
            sum[branch.From] += from;
            sum[branch.To] += to;
            double loading = branch.Rating > 0 ? Math.Sqrt(Math.Max(Square(from), Square(to))) / branch.Rating : 0;
            flows.Add(new BranchFlow(number, from * network.BaseMva, to * network.BaseMva, loading));
        }

        Flows = [.. flows];
        Losses = flows.Aggregate(Complex.Zero, (total, one) => total + one.Loss);
        SlackPower = (sum[network.SlackBus] + flow.Injections.Load(network.SlackBus, instance)) * network.BaseMva;
        Injections = [.. sum.Select(power => power * network.BaseMva)];
        double[] magnitudes = [.. Voltages.Select(v => Math.Sqrt(Square(v)))];
        double[] outside = [.. magnitudes.Select((v, i) => Math.Max(network.Buses[i].LowestMagnitude - v, v - network.Buses[i].HighestMagnitude))];
        WorstVoltageBus = Largest(outside);
        (WorstVoltage, WorstVoltageViolation) = (magnitudes[WorstVoltageBus], outside[WorstVoltageBus]);
        WorstLoading = flows.Where(one => one.Loading > 0).MaxBy(one => one.Loading);
    }

    /// <summary>The complex voltage of every bus in per unit.</summary>
    public ImmutableArray<Complex> Voltages { get; }

    /// <summary>The power that leaves every bus through shunt and branches: generation less load where the equations hold.</summary>
    public ImmutableArray<Complex> Injections { get; }

    /// <summary>The flows of the branches in service in the intact network; 0 where out in this instance.</summary>
    public ImmutableArray<BranchFlow> Flows { get; }

    /// <summary>The power that branches take from the network in all: losses, with the reactive balance of charging.</summary>
    public Complex Losses { get; }

    /// <summary>The power that the generators of the slack bus must give.</summary>
    public Complex SlackPower { get; }

    /// <summary>The bus, an index, whose magnitude is farthest outside its limits, or nearest to one if all are inside.</summary>
    public int WorstVoltageBus { get; }

    /// <summary>The magnitude at <see cref="WorstVoltageBus"/> in per unit.</summary>
    public double WorstVoltage { get; }

    /// <summary>How far <see cref="WorstVoltage"/> is outside its limits; below 0 inside.</summary>
    public double WorstVoltageViolation { get; }

    /// <summary>The branch with the highest loading; null where no branch with a rating has flow.</summary>
    public BranchFlow? WorstLoading { get; }

    private static Complex Voltage(PowerFlowOperator flow, Batch x, int instance, int bus)
    {
        int angle = flow.Unknowns.AngleOf[bus], magnitude = flow.Unknowns.MagnitudeOf[bus];
        Vector512<double> theta = Vector512.Create(angle < 0 ? flow.Network.Buses[bus].Angle : x[angle, instance]);
        double v = magnitude < 0 ? flow.Network.Buses[bus].Magnitude : x[magnitude, instance];
        (Vector512<double> sine, Vector512<double> cosine) = ElementaryTrigonometric.SinCos(theta);
        return new Complex(v * cosine[0], v * sine[0]);
    }

    private static double Square(Complex z) => (z.Real * z.Real) + (z.Imaginary * z.Imaginary);

    private static int Largest(double[] values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            largest = values[i] > values[largest] ? i : largest;
        }

        return largest;
    }
}
