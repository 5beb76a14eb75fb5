using Unrolled.Deployment.Sources;
using Unrolled.Diffusion;
using Unrolled.Numerics;

namespace Unrolled.Deployment.Fields;

/// <summary>The kinds of fluxes that a network may have.</summary>
internal enum FluxKind
{
    /// <summary>A formula with a contrast per filter.</summary>
    ClosedForm,

    /// <summary>A weighted sum of formulas per filter.</summary>
    Mixture,

    /// <summary>An odd linear spline per filter.</summary>
    Spline,

    /// <summary><c>max(s, 0)</c>.</summary>
    Relu,
}

/// <summary>A flux as exporters write it: what is fixed in it. Its numbers are, filter after filter, <see cref="PerFilter"/> ratios or weights, then the logarithms of all contrasts.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Filters">The number of filters.</param>
/// <param name="Terms">The formulas: one for a closed form, all of a mixture.</param>
/// <param name="Knots">The knots of a spline at contrast one.</param>
internal sealed record FluxForm(FluxKind Kind, int Filters, IReadOnlyList<MixtureTerm> Terms, IReadOnlyList<double> Knots)
{
    /// <summary>The numbers of a filter before its contrast.</summary>
    public int PerFilter => Kind switch
    {
        FluxKind.Mixture => Terms.Count,
        FluxKind.Spline => Knots.Count + 1,
        _ => 0,
    };

    /// <summary>How many numbers exported code computes once per filter and run: rate and amplitude, rates and weights, or knots, end slope and ramps.</summary>
    public int TableLength => Kind switch
    {
        FluxKind.ClosedForm => 2,
        FluxKind.Mixture => 2 * Terms.Count,
        FluxKind.Spline => (2 * Knots.Count) + 1,
        _ => 0,
    };

    /// <summary>The form of an activation.</summary>
    /// <exception cref="ArgumentException">Exporters do not know it.</exception>
    public static FluxForm Of(IActivation<double> activation) => activation switch
    {
        FluxActivation<double> closed => new(FluxKind.ClosedForm, closed.Channels, [new MixtureTerm(closed.Flux)], []),
        MixtureActivation<double> mixture => new(FluxKind.Mixture, mixture.Channels, mixture.Terms, []),
        SplineActivation<double> spline => new(FluxKind.Spline, spline.Channels, [], spline.Knots.ToArray()),
        ReluActivation<double> relu => new(FluxKind.Relu, relu.Channels, [], []),
        _ => throw new ArgumentException($"the flux {activation.GetType().Name} cannot be exported", nameof(activation)),
    };

    /// <summary>The ramp coefficients <c>e, c_1, ..., c_n</c> of a filter from its ratios and its end slope: <c>Phi(s) = sign(s) (e |s| + sum of c_i min(|s|, k_i))</c>.</summary>
    public double[] Ramps(ReadOnlySpan<double> ratios)
    {
        int n = Knots.Count;
        var slopes = new double[n + 1];
        for (int i = 0; i <= n; i++)
        {
            slopes[i] = i == 0 || i == n ? ratios[i] : ((ratios[i] * Knots[i]) - (ratios[i - 1] * Knots[i - 1])) / (Knots[i] - Knots[i - 1]);
        }

        return [slopes[n], .. Enumerable.Range(0, n).Select(i => slopes[i] - slopes[i + 1])];
    }

    /// <summary>
    /// The steps that compute <c>g = gamma(z)</c>, <c>z = (s/lambda)^2</c>, in a language with infix operators; every step is what <c>g</c> becomes.
    /// </summary>
    /// <param name="flux">The flux.</param>
    /// <param name="call">Writes a call of <c>sqrt</c>, <c>exp</c>, <c>min</c> or <c>max</c>.</param>
    public static string[] Diffusivity(Flux flux, Func<string, string, string> call) => flux.Name switch
    {
        "linear" => ["1.0 + 0.0 * z"],
        "charbonnier" or "total-variation" => [$"1.0 / {call("sqrt", "1.0 + z")}"],
        "huber" => [$"1.0 / {call("sqrt", call("max", "1.0, z"))}"],
        "perona-malik" => ["1.0 / (1.0 + z)"],
        "perona-malik-exponential" => [call("exp", "-0.5 * z")],
        "weickert" => ["z * z", $"1.0 - {call("exp", $"-{call("min", $"80.0, {SourceText.Number(WeickertDiffusivity.C)} / (g * g)")}")}"],
        "geman-mcclure" => ["1.0 / (1.0 + z)", "g * g"],
        "tukey" => [call("max", "0.0, 1.0 - z"), "g * g"],
        _ => throw new ArgumentException($"the flux {flux.Name} cannot be exported", nameof(flux)),
    };
}
