namespace Unrolled.RungeKutta;

/// <summary>What a method with a constant step achieved on a batch of problems within a budget.</summary>
public sealed class MethodMeasurement
{
    private const double LeastError = 1e-17;
    private readonly double[] _errors;

    internal MethodMeasurement(IFixedStepMethod method, int steps, double[] errors, TimeSpan elapsed)
    {
        (Method, Steps, _errors, Elapsed) = (method, steps, errors, elapsed);
        double[] sorted = [.. errors.Order()];
        int half = sorted.Length / 2;
        Median = sorted.Length % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
        Worst = sorted[^1];
        Mean = errors.Average();
        GeometricMean = Math.Exp(errors.Average(e => Math.Log(Math.Max(e, LeastError))));
        CompletedCount = errors.Count(double.IsFinite);
    }

    /// <summary>The method.</summary>
    public IFixedStepMethod Method { get; }

    /// <summary>Its name.</summary>
    public string Name => Method.Name;

    /// <summary>How many steps it took.</summary>
    public int Steps { get; }

    /// <summary>The evaluations that it used for each instance, at most the budget.</summary>
    public long Evaluations => Method.Evaluations(Steps);

    /// <summary>For every instance the largest error of a component over the checkpoints; infinite where it failed.</summary>
    public ReadOnlySpan<double> Errors => _errors;

    /// <summary>The geometric mean of the errors (errors below 1e-17 count as that).</summary>
    public double GeometricMean { get; }

    /// <summary>The mean of the errors.</summary>
    public double Mean { get; }

    /// <summary>The median of the errors.</summary>
    public double Median { get; }

    /// <summary>The largest error.</summary>
    public double Worst { get; }

    /// <summary>How many instances it brought to the end with finite numbers.</summary>
    public int CompletedCount { get; }

    /// <summary>The time of the run.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>The fraction of the instances on which this error is smaller than another method's.</summary>
    public double FractionBetterThan(MethodMeasurement other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._errors.Length != _errors.Length)
        {
            throw new ArgumentException($"{Name} was measured on {_errors.Length} instances, {other.Name} on {other._errors.Length}");
        }

        return _errors.Zip(other._errors, (mine, theirs) => mine < theirs ? 1.0 : 0).Average();
    }
}
