namespace Unrolled.RungeKutta;

/// <summary>
/// The order conditions of methods of Adams' form: order <c>p</c> needs <c>sum_j β_j (-j)^(q-1) = 1/q</c> for <c>q = 1 .. p</c>, that
/// is, polynomials of degree below <c>p</c> are integrated exactly.
/// </summary>
/// <remarks>Reference: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, equation III.2.6.</remarks>
public static class MultistepConditions
{
    /// <summary>
    /// The defects of the conditions <c>q = 1 .. order</c>: left side less right side, over the sum of magnitudes, since the terms of high
    /// conditions are large and cancel.
    /// </summary>
    /// <param name="weights">β, that of the newest derivative first.</param>
    /// <param name="order">The number of conditions.</param>
    public static double[] Defects(ReadOnlySpan<double> weights, int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        double[] defects = new double[order];
        for (int q = 1; q <= order; q++)
        {
            double sum = -1.0 / q, size = 1.0 / q;
            for (int j = 0; j < weights.Length; j++)
            {
                double term = weights[j] * Math.Pow(-j, q - 1);
                sum += term;
                size += Math.Abs(term);
            }

            defects[q - 1] = sum / size;
        }

        return defects;
    }
}
