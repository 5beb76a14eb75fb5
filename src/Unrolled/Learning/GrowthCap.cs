using System.Numerics;
using Unrolled.Krylov;

namespace Unrolled.Learning;

/// <summary>
/// Keeps a residual polynomial below 1 on a whole interval while it is fitted to a measure: a small part of the weight is
/// spread over the interval as the Chebyshev distribution, and the smallest part that suffices is searched for.
/// </summary>
internal static class GrowthCap
{
    private const double Margin = 1e-3; // more than what a polynomial rises between the points of the grid
    private const int PointsPerRoot = 64;
    private const double SmallestPart = 1e-14;
    private const double LargestPart = 1e8; // the Chebyshev distribution alone, whose polynomials are below 1

    /// <summary>The roots of the best polynomial with <c>|q| &lt; 1</c> on <c>[low, high]</c>.</summary>
    /// <param name="nodes">The nodes of the spectral measure, ascending.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="degree">The degree.</param>
    /// <param name="low">The lower end of the spectrum, positive.</param>
    /// <param name="high">The upper end.</param>
    public static Complex[] Roots(ReadOnlySpan<double> nodes, ReadOnlySpan<double> weights, int degree, double low, double high)
    {
        Complex[] roots = ResidualPolynomialFit.Roots(nodes, weights, degree);
        for (double part = SmallestPart; Largest(roots, low, high) > 1 - Margin && part <= LargestPart; part *= Math.Sqrt(10))
        {
            (double[] mixedNodes, double[] mixedWeights) = Mix(nodes, weights, part, degree, low, high);
            roots = ResidualPolynomialFit.Roots(mixedNodes, mixedWeights, degree);
        }

        return roots;
    }

    /// <summary>The largest <c>|q|</c> on a Chebyshev grid, from the first root on: up to there q falls from 1 to 0.</summary>
    private static double Largest(Complex[] roots, double low, double high)
    {
        int points = PointsPerRoot * roots.Length;
        double largest = 0, first = roots.Min(root => root.Real);
        for (int i = 0; i <= points; i++)
        {
            double t = ((high + low) / 2) - ((high - low) / 2 * Math.Cos(Math.PI * i / points)), q = 1;
            if (t < first)
            {
                continue;
            }

            foreach (Complex root in roots)
            {
                q *= 1 - (t / root.Real);
            }

            largest = Math.Max(largest, Math.Abs(q));
        }

        return largest;
    }

    private static (double[] Nodes, double[] Weights) Mix(
        ReadOnlySpan<double> nodes, ReadOnlySpan<double> weights, double part, int degree, double low, double high)
    {
        int added = (4 * degree) + 8;
        double total = 0;
        foreach (double weight in weights)
        {
            total += weight;
        }

        var mixed = new (double Node, double Weight)[nodes.Length + added];
        for (int i = 0; i < nodes.Length; i++)
        {
            mixed[i] = (nodes[i], weights[i]);
        }

        for (int i = 0; i < added; i++)
        {
            double t = ((high + low) / 2) - ((high - low) / 2 * Math.Cos(Math.PI * (i + 0.5) / added));
            mixed[nodes.Length + i] = (t, part * total / added);
        }

        Array.Sort(mixed, (x, y) => x.Node.CompareTo(y.Node));
        return ([.. mixed.Select(m => m.Node)], [.. mixed.Select(m => m.Weight)]);
    }
}
