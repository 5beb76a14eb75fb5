using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>What an integrator is compared on.</summary>
/// <param name="Instances">How many held-out trajectories.</param>
/// <param name="Seed">The seed that draws them.</param>
/// <param name="HorizonFactor">How many times longer than in training the trajectories are, with the same step.</param>
/// <param name="Outside">How far beyond their ranges the parameters lie, as a fraction of the ranges; 0 for inside.</param>
/// <param name="Sweep">Whether rows for other step sizes are added.</param>
internal sealed record IntegratorComparingOptions(int Instances, ulong Seed, double HorizonFactor = 1, double Outside = 0, bool Sweep = false)
{
    public static IntegratorComparingOptions Read(int instances, ulong seed, Settings options) => new(
        instances, seed,
        options.Has("horizon-factor") ? options.Number("horizon-factor", 0.01, 1000) : 1,
        options.Has("outside") ? options.Number("outside", 0, 100) : 0,
        options.Has("steps") && options.Choice("steps", ["sweep"]) == "sweep");
}
