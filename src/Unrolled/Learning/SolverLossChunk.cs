using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>Some instances of a <see cref="SolverLoss"/> and their part of it.</summary>
internal sealed class SolverLossChunk
{
    /// <summary>The most instances of a chunk.</summary>
    public const int Width = 32;

    private double _loss;

    private SolverLossChunk(Batch parameters, Batch start, int weights) => (Parameters, Start, Gradient) = (parameters, start, new double[weights]);

    public Batch Parameters { get; }

    public Batch Start { get; }

    public ref double Loss => ref _loss;

    public double[] Gradient { get; }

    public static SolverLossChunk[] Of(Batch parameters, Batch start, int weights)
    {
        var chunks = new SolverLossChunk[(start.Instances + Width - 1) / Width];
        for (int c = 0; c < chunks.Length; c++)
        {
            int[] own = [.. Enumerable.Range(c * Width, Math.Min(Width, start.Instances - (c * Width)))];
            chunks[c] = new(parameters.Select(own), start.Select(own), weights);
        }

        return chunks;
    }
}
