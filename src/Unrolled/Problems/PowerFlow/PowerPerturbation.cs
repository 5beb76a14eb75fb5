using Unrolled.Numerics;
using Unrolled.Problems.Families;

namespace Unrolled.Problems.PowerFlow;

/// <summary>A distribution of loads and dispatch around those of a network.</summary>
/// <remarks>
/// The load of bus i becomes <c>t f_i (Pd_i + j Qd_i)</c>: one factor <c>t</c> per instance, one <c>f_i</c> per bus, power factors kept.
/// Generation follows: <c>Pg_i</c> becomes <c>r g_i Pg_i</c> with a factor <c>g_i</c> per bus and <c>r</c> such that the sum of
/// generation grows in proportion to the sum of loads. The slack bus takes what is left, losses above all.
/// </remarks>
/// <param name="Total">The factor t.</param>
/// <param name="Bus">The factors f_i.</param>
/// <param name="Dispatch">The factors g_i; they should be above 0.</param>
public sealed record PowerPerturbation(Distribution Total, Distribution Bus, Distribution Dispatch)
{
    /// <summary>Draws loads and generation. Instance <c>s</c> comes from the stream's split number <c>s</c>, so a longer draw begins with a shorter one.</summary>
    /// <exception cref="ArgumentException">The factors drawn leave no generation to scale: the distributions reach too far.</exception>
    public PowerInjections Draw(PowerNetwork network, int instances, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        int buses = network.Buses.Length;
        Batch load = Batch.Zeros(buses, instances), generation = Batch.Zeros(buses, instances);
        for (int s = 0; s < instances; s++)
        {
            RandomStream own = stream.Split((ulong)s);
            double total = Total.Draw(own), before = 0, after = 0, planned = 0, drawn = 0;
            for (int i = 0; i < buses; i++)
            {
                PowerBus bus = network.Buses[i];
                load[i, s] = total * Bus.Draw(own);
                generation[i, s] = Dispatch.Draw(own);
                before += bus.Load.Real;
                after += bus.Load.Real * load[i, s];
                planned += bus.Generation.Real;
                drawn += bus.Generation.Real * generation[i, s];
            }

            double growth = before == 0 ? 1 : after / before, ratio = planned == 0 ? 1 : growth * planned / drawn;
            if (!double.IsFinite(ratio))
            {
                throw new ArgumentException($"instance {s}: the generation drawn sums to {drawn}, which cannot be scaled to {growth * planned}");
            }

            for (int i = 0; i < buses; i++)
            {
                generation[i, s] *= ratio;
            }
        }

        return PowerInjections.Scaled(network, load, generation);
    }
}
