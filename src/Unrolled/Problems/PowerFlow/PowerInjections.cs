using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>Loads and generation of every bus, per instance, in per unit.</summary>
/// <remarks>Generation of the slack bus, and reactive generation of PV buses, are here as the file has them; power flow finds them anew.</remarks>
public sealed class PowerInjections
{
    private readonly Batch _numbers;

    private PowerInjections(Batch numbers) => _numbers = numbers;

    /// <summary>How many instances differ: 1 when one set serves all.</summary>
    public int Instances => _numbers.Instances;

    /// <summary>The number of buses.</summary>
    public int Buses => _numbers.Components / 4;

    /// <summary>The powers of the network itself, for all instances.</summary>
    public static PowerInjections Of(PowerNetwork network) => Scaled(network, null, null);

    /// <summary>The powers of the network times factors.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loadFactors">Factors of the loads P + jQ: shape (buses, instances), or (1, instances) for one factor per instance; null for 1.</param>
    /// <param name="generationFactors">Factors of the generation P + jQ, shaped alike; null for 1.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or a factor is not finite.</exception>
    public static PowerInjections Scaled(PowerNetwork network, Batch? loadFactors, Batch? generationFactors)
    {
        ArgumentNullException.ThrowIfNull(network);
        int buses = network.Buses.Length, instances = Math.Max(loadFactors?.Instances ?? 1, generationFactors?.Instances ?? 1);
        Check(loadFactors, buses, instances, nameof(loadFactors));
        Check(generationFactors, buses, instances, nameof(generationFactors));
        Batch numbers = Batch.Zeros(4 * buses, instances);
        for (int i = 0; i < buses; i++)
        {
            PowerBus bus = network.Buses[i];
            for (int s = 0; s < instances; s++)
            {
                Complex load = bus.Load * Factor(loadFactors, i, s), generation = bus.Generation * Factor(generationFactors, i, s);
                (numbers[4 * i, s], numbers[(4 * i) + 1, s]) = (load.Real, load.Imaginary);
                (numbers[(4 * i) + 2, s], numbers[(4 * i) + 3, s]) = (generation.Real, generation.Imaginary);
            }
        }

        return new PowerInjections(numbers);
    }

    /// <summary>The load at a bus.</summary>
    public Complex Load(int bus, int instance) => At(4 * bus, instance);

    /// <summary>The generation at a bus.</summary>
    public Complex Generation(int bus, int instance) => At((4 * bus) + 2, instance);

    /// <summary>The powers of the named instances, in that order; one set for all returns itself.</summary>
    public PowerInjections Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        Instances == 1 ? this : new PowerInjections(_numbers.Select(instances, arena));

    /// <summary>The specified powers in the order of the equations.</summary>
    internal Batch Specified(PowerFlowUnknowns unknowns)
    {
        Batch specified = Batch.Zeros(unknowns.Components, Instances);
        for (int i = 0; i < Buses; i++)
        {
            for (int s = 0; s < Instances; s++)
            {
                Complex net = Generation(i, s) - Load(i, s);
                if (unknowns.AngleOf[i] >= 0)
                {
                    specified[unknowns.AngleOf[i], s] = net.Real;
                }

                if (unknowns.MagnitudeOf[i] >= 0)
                {
                    specified[unknowns.MagnitudeOf[i], s] = net.Imaginary;
                }
            }
        }

        return specified;
    }

    private Complex At(int row, int instance)
    {
        int s = Instances == 1 ? 0 : instance;
        return new Complex(_numbers[row, s], _numbers[row + 1, s]);
    }

    private static double Factor(Batch? factors, int bus, int instance) =>
        factors is not Batch f ? 1 : f[f.Components == 1 ? 0 : bus, f.Instances == 1 ? 0 : instance];

    private static void Check(Batch? factors, int buses, int instances, string name)
    {
        if (factors is not Batch f)
        {
            return;
        }

        if ((f.Components != 1 && f.Components != buses) || (f.Instances != 1 && f.Instances != instances))
        {
            throw new ArgumentException(
                $"{name} are {f.Components} x {f.Instances} (components x instances), expected 1 or {buses} components and 1 or {instances} instances", name);
        }

        foreach (double factor in f.Values)
        {
            if (!double.IsFinite(factor))
            {
                throw new ArgumentException($"{name} hold {factor}, expected finite numbers", name);
            }
        }
    }
}
