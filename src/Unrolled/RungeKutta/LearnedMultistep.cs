namespace Unrolled.RungeKutta;

/// <summary>
/// An explicit multistep method <c>y_{n+1} = y_n + h sum_{j&lt;k} β_j f_{n-j}</c> with learned weights, <c>sum β = 1</c>: one evaluation
/// a step after the start of <see cref="FixedStepMultistep"/>. Outside the interval of steps that was learned it is its parent.
/// </summary>
/// <remarks>With the weights of <see cref="AdamsBashforth"/> it is that method bit for bit. Immutable.</remarks>
public sealed class LearnedMultistep
{
    /// <summary>The largest number of steps.</summary>
    public const int LargestSteps = 8;

    /// <summary>A method from its weights.</summary>
    /// <param name="weights">β, that of the newest value first.</param>
    /// <param name="validSteps">The step sizes for which the weights are used.</param>
    /// <exception cref="ArgumentException">There are too many weights, one is not finite, or they do not sum to 1.</exception>
    public LearnedMultistep(ReadOnlySpan<double> weights, ValidInterval validSteps)
    {
        if (weights.Length is 0 or > LargestSteps)
        {
            throw new ArgumentException($"{weights.Length} weights were given, 1 to {LargestSteps} are possible", nameof(weights));
        }

        ValidSteps = validSteps;
        Parent = new FixedStepMultistep(new AdamsBashforth(weights.Length));
        Method = new FixedStepMultistep($"learned {Parent.Name}", weights);
    }

    /// <summary>The learned method, at any step size.</summary>
    public FixedStepMultistep Method { get; }

    /// <summary>The classical method with as many steps.</summary>
    public FixedStepMultistep Parent { get; }

    /// <summary>The step sizes for which the weights are used.</summary>
    public ValidInterval ValidSteps { get; }

    /// <summary>The method for a step size: the learned one inside the valid interval, else the parent.</summary>
    public FixedStepMultistep For(double h) => ValidSteps.Contains(h) ? Method : Parent;
}
