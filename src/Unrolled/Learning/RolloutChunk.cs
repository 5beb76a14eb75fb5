namespace Unrolled.Learning;

/// <summary>
/// Some instances of a rollout, copied to whole vectors: the last instance is repeated with weight zero up to the width.
/// </summary>
internal sealed class RolloutChunk
{
    public RolloutChunk(Rollout rollout, int first, int width)
    {
        First = first;
        Count = Math.Min(width, rollout.Instances - first);
        Width = width;
        InitialState = Cut(rollout.InitialState);
        EquationParameters = Cut(rollout.EquationParameters);
        References = Cut(rollout.References);
        Weights = new double[rollout.Checkpoints * width];
        Reweight(rollout.Weights, rollout.Instances);

        double[] Cut(double[] source)
        {
            int rows = source.Length / rollout.Instances;
            double[] cut = GC.AllocateArray<double>(rows * width, pinned: true);
            for (int r = 0; r < rows; r++)
            {
                for (int i = 0; i < width; i++)
                {
                    cut[(r * width) + i] = source[(r * rollout.Instances) + first + Math.Min(i, Count - 1)];
                }
            }

            return cut;
        }
    }

    public int First { get; }

    public int Count { get; }

    public int Width { get; }

    public double[] InitialState { get; }

    public double[] EquationParameters { get; }

    public double[] References { get; }

    public double[] Weights { get; }

    public void Reweight(ReadOnlySpan<double> weights, int instances)
    {
        for (int c = 0; c < Weights.Length / Width; c++)
        {
            weights.Slice((c * instances) + First, Count).CopyTo(Weights.AsSpan(c * Width));
        }
    }
}
