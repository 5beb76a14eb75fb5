using Unrolled.Differentiation;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Deployment.Integrators;

/// <summary>The ranges of a family as a model states them: parameters under their names, initial values behind <see cref="LearnedIntegrator.InitialPrefix"/>.</summary>
public static class IntegratorRanges
{
    /// <summary>The ends of a uniform distribution, four standard deviations around the mean of a normal one.</summary>
    public static IReadOnlyList<ValidRange> Of(OdeFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return [.. Ranges(family.Function.Inputs[1], family.Parameters, string.Empty), .. Ranges(family.Function.Inputs[0], family.Initial, LearnedIntegrator.InitialPrefix)];
    }

    /// <summary>Those of the parameters alone.</summary>
    public static IReadOnlyList<ValidInterval> OfParameters(OdeFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return [.. Ranges(family.Function.Inputs[1], family.Parameters, string.Empty).Select(r => new ValidInterval(r.Low, r.High))];
    }

    private static IEnumerable<ValidRange> Ranges(FunctionVector names, IReadOnlyList<Distribution> distributions, string prefix) =>
        names.Components.Zip(distributions, (name, d) => ValidRange.Of(prefix + name, d, deviations: 4));
}
