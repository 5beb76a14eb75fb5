using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems.Families;

namespace Unrolled.Learning.Fields;

/// <summary>Clean and noisy signals or images that no training sees, with their noise levels; extents may differ from one to the next.</summary>
/// <param name="clean">The clean ones, one instance each.</param>
/// <param name="noisy">The noisy ones, in the same order.</param>
/// <param name="sigmas">The noise level of each.</param>
/// <param name="threads">The number of threads.</param>
/// <param name="ranks">The processes that share the work; null for this one alone.</param>
public sealed class FieldValidation(
    IReadOnlyList<Field<float>> clean, IReadOnlyList<Field<float>> noisy, IReadOnlyList<double> sigmas, int threads, IRanks? ranks = null)
{
    /// <summary>Draws of a family, each from its own part of the stream.</summary>
    /// <param name="family">The family.</param>
    /// <param name="count">How many.</param>
    /// <param name="rows">The rows of each.</param>
    /// <param name="columns">The columns of each.</param>
    /// <param name="stream">Where they are drawn from.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="ranks">The processes that share the work; null for this one alone.</param>
    public static FieldValidation Draw(DenoisingFamily family, int count, int rows, int columns, RandomStream stream, int threads, IRanks? ranks = null)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(stream);
        NoisyFields[] drawn = [.. Enumerable.Range(0, count).Select(i =>
        {
            var batch = new NoisyFields(1, rows, columns);
            family.DrawInstance(batch, 0, stream.Split((ulong)i));
            return batch;
        })];
        return new([.. drawn.Select(d => d.Clean)], [.. drawn.Select(d => d.Noisy)], [.. drawn.Select(d => d.Sigma[0])], threads, ranks);
    }

    /// <summary>The mean squared error of every instance.</summary>
    public double[] Errors(FieldNetwork network, Parameters parameters)
    {
        ArgumentNullException.ThrowIfNull(network);
        double[] errors = new double[clean.Count];
        var memories = new FieldGraphMemory<float>?[Math.Clamp(threads, 1, Math.Max(1, clean.Count))];
        using var team = new RankTeam(memories.Length, ranks, Evaluate, (int i, ref ItemStream stream) => stream.Pass(ref errors[i]));
        team.Run(clean.Count);
        return errors;

        void Evaluate(int thread, int i)
        {
            BoundGraph<float> graph = network.Bind<float>(parameters, sigmas[i]);
            FieldGraphMemory<float>? memory = memories[thread];
            if (memory is null || (memory.Rows, memory.Columns) != (clean[i].Rows, clean[i].Columns))
            {
                memory = memories[thread] = graph.CreateMemory(clean[i].Rows, clean[i].Columns);
            }

            noisy[i].Values.CopyTo(memory.Input.Values);
            graph.Run(memory);
            double sum = 0;
            ReadOnlySpan<float> u = memory.Output.Values, truth = clean[i].Values;
            for (int k = 0; k < u.Length; k++)
            {
                double difference = u[k] - truth[k];
                sum += difference * difference;
            }

            errors[i] = sum / u.Length;
        }
    }

    /// <summary>The geometric mean of the mean squared errors: the mean of their signal-to-noise ratios in decibels, in other units.</summary>
    public double Error(FieldNetwork network, Parameters parameters)
    {
        double sum = 0;
        foreach (double error in Errors(network, parameters))
        {
            sum += Math.Log(error);
        }

        double mean = Math.Exp(sum / clean.Count);
        return double.IsNaN(mean) ? double.PositiveInfinity : mean;
    }
}
