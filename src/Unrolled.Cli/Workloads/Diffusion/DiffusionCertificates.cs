using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>What is proved about a denoiser, recomputed from the numbers of the model alone.</summary>
internal static class DiffusionCertificates
{
    /// <summary>The claims that apply to the network: none for unconstrained networks, for fluxes without a diffusion reading, and with skips over two blocks.</summary>
    public static IReadOnlyList<CertificateRecord> Of(LearnedDenoiser denoiser)
    {
        if (denoiser.Network is not SymmetricNetwork network || network.Options.Terms.HasFlag(NetworkTerms.Extrapolation))
        {
            return [];
        }

        var records = new List<CertificateRecord>();
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
            void Add(Certificate c) => records.Add(new CertificateRecord(c.Claim + at, c.Value, c.Bound, c.Holds, c.Assumptions));

            Add(DiffusionStability.NormDecrease(steps, data));
            bool monotone = steps.All(s => Enumerable.Range(0, network.Options.Filters).All(c => ((ICertifiedActivation<double>)s.Flux).SmallestSlope(c) >= 0));
            Add(monotone ? DiffusionStability.Nonexpansive(steps, data) : DiffusionStability.ChainExpansion(steps, ExpansionOf(steps, data), data));
            Add(DiffusionStability.MeanPreservation(steps, 1e-6));
        }

        return records;
    }

    /// <summary>The bound of the expansion as it is proved when the model is made: what a later check must not exceed.</summary>
    private static double ExpansionOf(SymmetricStep<double>[] steps, double[] data) => DiffusionStability.ChainExpansion(steps, double.MaxValue, data).Value;
}
