namespace Unrolled.RungeKutta;

/// <summary>
/// An explicit multistep method <c>y_{n+1} = y_n + h sum_{j&lt;k} β_j f_{n-j}</c> with learned weights, <c>sum β = 1</c>: one evaluation
/// a step after <c>k - 1</c> steps of a one-step method. Outside the interval of steps that was learned it is its parent.
/// </summary>
/// <remarks>With the weights of <see cref="AdamsBashforth"/> it is that method bit for bit. Immutable.</remarks>
public sealed class LearnedMultistep
{
    /// <summary>The largest number of steps.</summary>
    public const int LargestSteps = 8;

    private readonly double[] _weights;

    /// <summary>A method from its weights.</summary>
    /// <param name="weights">β, that of the newest value first.</param>
    /// <param name="start">The one-step method for the first <c>k - 1</c> steps.</param>
    /// <param name="validSteps">The step sizes for which the weights are used.</param>
    /// <exception cref="ArgumentException">There are too many weights, one is not finite, or they do not sum to 1.</exception>
    public LearnedMultistep(ReadOnlySpan<double> weights, ButcherTableau start, ValidInterval validSteps)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (weights.Length is 0 or > LargestSteps)
        {
            throw new ArgumentException($"{weights.Length} weights were given, 1 to {LargestSteps} are possible", nameof(weights));
        }

        ButcherTableau.RequireSum(weights, 1, "the weights of a multistep method");
        _weights = weights.ToArray();
        Start = start;
        ValidSteps = validSteps;
        Parent = new AdamsBashforth(weights.Length);
    }

    /// <summary>The name that tables and model files show.</summary>
    public string Name => $"learned {Parent.Name}";

    /// <summary>The number of steps k.</summary>
    public int Steps => _weights.Length;

    /// <summary>The weights β, that of the newest value first.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The one-step method for the first k - 1 steps.</summary>
    public ButcherTableau Start { get; }

    /// <summary>The step sizes for which the weights are used.</summary>
    public ValidInterval ValidSteps { get; }

    /// <summary>The classical method with as many steps.</summary>
    public AdamsBashforth Parent { get; }

    /// <summary>The weights for a step size: the learned ones inside the valid interval, else those of the parent.</summary>
    public ReadOnlySpan<double> WeightsFor(double h) => ValidSteps.Contains(h) ? _weights : Parent.Weights;

    /// <summary>Evaluations of <c>f</c> for a number of steps, those of the start included.</summary>
    public int Evaluations(int steps)
    {
        int first = Math.Min(steps, Steps - 1);

        // The starting steps evaluate f at their first point anyway, which is what the memory needs.
        return (first * Start.EvaluationsPerStep) + (steps - first);
    }
}
