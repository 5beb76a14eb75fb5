namespace Unrolled.Cli.Comparisons;

/// <summary>How one method did on the held-out problems; a number that does not apply is null.</summary>
internal sealed record ComparisonRow
{
    public const string Learned = "learned";
    public const string Classical = "classical";

    /// <summary>The method with its budget or variant: <c>GMRES(4)</c>.</summary>
    public required string Method { get; init; }

    /// <summary><see cref="Learned"/> or <see cref="Classical"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What one problem cost, in <see cref="CostUnit"/>.</summary>
    public double? Cost { get; init; }

    /// <summary>What is counted: <c>products</c>, <c>evaluations</c>.</summary>
    public string CostUnit { get; init; } = string.Empty;

    /// <summary>The geometric mean of the metric over the problems.</summary>
    public double? GeometricMean { get; init; }

    /// <summary>The mean.</summary>
    public double? Mean { get; init; }

    /// <summary>The median.</summary>
    public double? Median { get; init; }

    /// <summary>The largest value.</summary>
    public double? Worst { get; init; }

    /// <summary>The time for all problems.</summary>
    public double? Seconds { get; init; }

    /// <summary>How many problems met the target.</summary>
    public int? Converged { get; init; }

    /// <summary>The fraction of the problems on which the learned method is better than this one.</summary>
    public double? LearnedBetter { get; init; }

    /// <summary>A row with the statistics of a metric.</summary>
    /// <param name="method">The method with its budget or variant.</param>
    /// <param name="kind"><see cref="Learned"/> or <see cref="Classical"/>.</param>
    /// <param name="metric">The metric of every problem; not a number counts as the worst there is.</param>
    /// <param name="better">Which values are better.</param>
    public static ComparisonRow Of(string method, string kind, ReadOnlySpan<double> metric, Direction better = Direction.Smaller)
    {
        double worst = better == Direction.Smaller ? double.PositiveInfinity : double.NegativeInfinity;
        double[] sorted = metric.ToArray();
        if (sorted.Length == 0)
        {
            return new ComparisonRow { Method = method, Kind = kind };
        }

        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = double.IsNaN(sorted[i]) ? worst : sorted[i];
        }

        Array.Sort(sorted);
        // one exact zero must not hide all other values: it counts as the least positive one in the geometric mean
        double sum = 0, logarithms = 0, leastPositive = sorted.FirstOrDefault(v => v > 0);
        foreach (double value in sorted)
        {
            sum += value;
            logarithms += Math.Log(Math.Max(value, leastPositive));
        }

        int middle = sorted.Length / 2;
        return new ComparisonRow
        {
            Method = method,
            Kind = kind,
            GeometricMean = better == Direction.Smaller ? Math.Exp(logarithms / sorted.Length) : null,
            Mean = sum / sorted.Length,
            Median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
            Worst = better == Direction.Smaller ? sorted[^1] : sorted[0],
        };
    }
}
