namespace Unrolled.Learning;

/// <summary>The mean logarithm of the contraction factors of a family of problems as a function of the numbers of a cycle, with central differences.</summary>
/// <param name="count">How many numbers.</param>
/// <param name="contractions">The contraction factor of every problem for given numbers.</param>
internal sealed class MeanContraction(int count, Func<double[], double[]> contractions) : IObjective
{
    private const double Difference = 1e-4;

    /// <inheritdoc/>
    public int ParameterCount => count;

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double[] trial = parameters.ToArray();
        double value = MeanLogarithm(trial);
        for (int p = 0; p < trial.Length; p++)
        {
            trial[p] = parameters[p] + Difference;
            double above = MeanLogarithm(trial);
            trial[p] = parameters[p] - Difference;
            double slope = (above - MeanLogarithm(trial)) / (2 * Difference);
            gradient[p] = double.IsFinite(slope) ? slope : 0;
            trial[p] = parameters[p];
        }

        return value;
    }

    /// <summary>The value at a point.</summary>
    public double MeanLogarithm(double[] point)
    {
        double sum = 0;
        foreach (double factor in contractions(point))
        {
            sum += Math.Log(factor);
        }

        return sum;
    }
}
