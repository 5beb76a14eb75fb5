using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;

namespace Unrolled.Learning.Fields;

/// <summary>Clean and noisy signals or images that no training sees, with their noise levels; extents may differ from one to the next.</summary>
/// <param name="clean">The clean ones, one instance each.</param>
/// <param name="noisy">The noisy ones, in the same order.</param>
/// <param name="sigmas">The noise level of each.</param>
/// <param name="threads">The number of threads.</param>
public sealed class FieldValidation(IReadOnlyList<Field<float>> clean, IReadOnlyList<Field<float>> noisy, IReadOnlyList<double> sigmas, int threads)
{
    /// <summary>The mean squared error of every instance.</summary>
    public double[] Errors(FieldNetwork network, Parameters parameters)
    {
        ArgumentNullException.ThrowIfNull(network);
        double[] errors = new double[clean.Count];
        Parallel.For(
            0,
            clean.Count,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            () => (FieldGraphMemory<float>?)null,
            (i, _, memory) =>
            {
                BoundGraph<float> graph = network.Bind<float>(parameters, sigmas[i]);
                if (memory is null || (memory.Rows, memory.Columns) != (clean[i].Rows, clean[i].Columns))
                {
                    memory = graph.CreateMemory(clean[i].Rows, clean[i].Columns);
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
                return memory;
            },
            _ => { });
        return errors;
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
