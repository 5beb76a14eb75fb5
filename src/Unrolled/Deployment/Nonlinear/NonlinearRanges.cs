using Unrolled.Differentiation;
using Unrolled.Problems.Families;

namespace Unrolled.Deployment.Nonlinear;

/// <summary>Where the parameters of a family lie: outside, weights are not evaluated and the classical method is used from the start.</summary>
public static class NonlinearRanges
{
    /// <summary>What stands before the name of an unknown where its start is meant.</summary>
    public const string StartPrefix = "initial ";

    /// <summary>Those of the starts, under the names of the unknowns: outside, the safeguard makes the answer right but nothing is promised about the time.</summary>
    public static IReadOnlyList<ValidRange> OfStarts(NonlinearFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return Ranges(family.Unknowns, family.Start, StartPrefix, deviations: 5);
    }

    /// <summary>The ends of a uniform distribution, three standard deviations around the mean of a normal one: coordinates from -1 to 1.</summary>
    public static IReadOnlyList<ValidRange> Of(NonlinearFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return Ranges(family.ParameterNames, family.Parameters, string.Empty, deviations: 3);
    }

    private static ValidRange[] Ranges(FunctionVector names, IReadOnlyList<Distribution> distributions, string prefix, double deviations) =>
        [.. names.Components.Zip(distributions, (name, d) => ValidRange.Of(prefix + name, d, deviations))];
}
