namespace Unrolled.RungeKutta;

/// <summary>
/// An embedded error estimate <c>err = h sum_i e_i k_i</c>, <c>e = b - b̂</c>: the difference of the step and of a method
/// of lower order on the same stages, at no further evaluation.
/// </summary>
/// <remarks>
/// Reference: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, section II.4,
/// doi:10.1007/978-3-540-78862-1.
/// </remarks>
public sealed class ErrorEstimator
{
    private readonly double[] _weights;

    /// <summary>An estimate from its weights.</summary>
    /// <param name="order">The order of the embedded method <c>b̂</c>, at least 1; the estimate is <c>O(h^(order+1))</c>.</param>
    /// <param name="weights">The error weights <c>e</c>, one for each stage.</param>
    /// <exception cref="ArgumentException">The weights do not sum to zero: the estimate would not vanish for a constant <c>f</c>.</exception>
    public ErrorEstimator(int order, ReadOnlySpan<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ButcherTableau.RequireSum(weights, 0, "the error weights");
        Order = order;
        _weights = weights.ToArray();
    }

    /// <summary>The order of the embedded method.</summary>
    public int Order { get; }

    /// <summary>The error weights <c>e</c>, one for each stage.</summary>
    public ReadOnlySpan<double> Weights => _weights;
}
