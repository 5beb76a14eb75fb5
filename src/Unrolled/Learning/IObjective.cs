namespace Unrolled.Learning;

/// <summary>A differentiable function of parameters that an optimizer makes small.</summary>
public interface IObjective
{
    /// <summary>The number of parameters.</summary>
    int ParameterCount { get; }

    /// <summary>The value at <paramref name="parameters"/>; the gradient is written to <paramref name="gradient"/>.</summary>
    double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient);
}
