using Unrolled.Deployment;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>Where the parameters of a family lie: outside, weights are not evaluated and the classical method is used from the start.</summary>
internal static class NonlinearRanges
{
    /// <summary>The ends of a uniform distribution, three standard deviations around the mean of a normal one: coordinates from -1 to 1.</summary>
    public static IReadOnlyList<ValidRange> Of(NonlinearFamily family) => [.. family.ParameterNames.Components.Zip(family.Parameters, (name, d) => d.Kind switch
    {
        DistributionKind.Uniform => new ValidRange(name, d.First, d.Second),
        DistributionKind.Normal => new ValidRange(name, d.First - (3 * d.Second), d.First + (3 * d.Second)),
        _ => new ValidRange(name, d.First, d.First),
    })];

    /// <summary>The means of distributions.</summary>
    public static double[] Means(IReadOnlyList<Distribution> distributions) =>
        [.. distributions.Select(d => d.Kind == DistributionKind.Uniform ? d.First + ((d.Second - d.First) / 2) : d.First)];
}
