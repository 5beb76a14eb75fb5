using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>What is proved about a denoiser, recomputed from the numbers of the model alone.</summary>
internal static class DiffusionCertificates
{
    /// <summary>The extent of the fresh images.</summary>
    public const int Extent = 48;

    /// <summary>The claims that apply to the network: none for unconstrained networks, for fluxes without a diffusion reading, and with skips over two blocks.</summary>
    public static IReadOnlyList<Certificate> Of(LearnedDenoiser denoiser)
    {
        if (denoiser.Network is not SymmetricNetwork network || network.Options.Terms.HasFlag(NetworkTerms.Extrapolation))
        {
            return [];
        }

        var records = new List<Certificate>();
        foreach (double level in network.Options.Levels.Nodes)
        {
            double[] weights = new double[network.Graph.WeightCount];
            network.WriteWeights(denoiser.Parameters, level, weights);
            SymmetricStep<double>[] steps = [.. Enumerable.Range(0, network.Options.Blocks).Select(b => network.StepOf(weights, b))];
            if (steps.Any(s => s.Flux is not ICertifiedActivation<double>))
            {
                return [];
            }

            double[] data = network.Options.Terms.HasFlag(NetworkTerms.Data)
                ? [.. Enumerable.Range(0, network.Options.Blocks).Select(b => network.DataWeightOf(weights, b))]
                : [];
            string at = network.Options.Levels.Count > 1 ? FormattableString.Invariant($", at noise level {level / denoiser.NoiseUnit:g4}") : string.Empty;
            void Add(Certificate c) => records.Add(c with { Claim = c.Claim + at });

            bool All(Func<ICertifiedActivation<double>, int, bool> holds) =>
                steps.All(s => Enumerable.Range(0, network.Options.Filters).All(c => holds((ICertifiedActivation<double>)s.Flux, c)));

            bool forward = All((flux, c) => flux.LargestBackwardFlux(c) == 0), monotone = All((flux, c) => flux.SmallestSlope(c) >= 0);
            Add(forward ? DiffusionStability.NormDecrease(steps, data) : AsProved(DiffusionStability.BoundedGrowth(steps, double.MaxValue, data)));
            Add(monotone ? DiffusionStability.Nonexpansive(steps, data) : AsProved(DiffusionStability.ChainExpansion(steps, double.MaxValue, data)));
            Add(DiffusionStability.MeanPreservation(steps, 1e-6));
        }

        return records;
    }

    /// <summary>All certificates of a model: what is proved, then what fresh fields of its family show.</summary>
    public static IReadOnlyList<Certificate> Of(Model model, WorkContext context)
    {
        LearnedDenoiser denoiser = LearnedDenoiser.Of(model);
        return [.. Of(denoiser), .. Fresh(model, denoiser, context).Where(c => c.Holds)];
    }

    /// <summary>By how many decibels every field comes nearer to the clean one; minus infinity where a number is lost.</summary>
    public static double[] Gains(LearnedDenoiser denoiser, TestFields fields, WorkContext context) =>
        [.. fields.Ratios(denoiser.Network, denoiser.Parameters, context.Cancellation).Zip(fields.NoisyRatios(), (after, before) => double.IsNaN(after - before) ? double.NegativeInfinity : after - before)];

    private static IEnumerable<Certificate> Fresh(Model model, LearnedDenoiser denoiser, WorkContext context)
    {
        if (FreshInstances.Of(model) is not FreshInstances fresh)
        {
            yield break;
        }

        DenoisingFamily family = DenoisingFamilies.Create(model.Family);
        bool signals = denoiser.Fields == FieldKind.Signals;
        (int rows, int columns) = signals ? (1, family.Source.Columns) : (Extent, Extent);
        double[] gains = Gains(denoiser, TestFields.Draw(family, fresh.Count, rows, columns, StatisticalCertificate.Stream(model.Training.Seed), context.Threads), context);
        double[] errors = [.. gains.Select(gain => Math.Pow(10, -gain / 10))];
        string what = signals ? "signals" : $"images of {rows} x {columns} pixels";
        IReadOnlyList<string> assumptions = [$"instances are {what}, and the noise level is known", .. signals ? Array.Empty<string>() : ["values are clipped to their range, as in comparisons"]];
        yield return StatisticalCertificate.Fraction(FormattableString.Invariant($"come nearer to the clean one by at least {fresh.Threshold:0.0} dB"), gains.Count(g => g >= fresh.Threshold), fresh.Count, assumptions);
        yield return StatisticalCertificate.Limit("a part of the squared error that remains", errors, assumptions);
        yield return StatisticalCertificate.Mean("the part of the squared error that remains, counted as 1 where it is more,", [.. errors.Select(e => Math.Min(e, 1))], 0, 1, assumptions);
    }

    /// <summary>A bound as it is proved when the model is made: what a later check must not exceed.</summary>
    private static Certificate AsProved(Certificate certificate) => certificate with { Bound = certificate.Value };
}
