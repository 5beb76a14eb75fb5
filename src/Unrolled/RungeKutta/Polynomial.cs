namespace Unrolled.RungeKutta;

/// <summary>Real polynomials as coefficients of <c>1, x, x², ...</c>, as far as stability limits need them.</summary>
internal static class Polynomial
{
    /// <summary>A value below this many times the sum of the magnitudes of its terms is rounding.</summary>
    private const double Rounding = 64 * 2.220446049250313e-16;

    /// <summary>The largest <c>x</c>, possibly infinite, such that <c>p &lt;= 0</c> on [0, x]; zero when <c>p</c> rises above 0 at once.</summary>
    public static double NonpositiveUpTo(ReadOnlySpan<double> p)
    {
        // p(0) = 0 is common: divided by its power of x, the polynomial keeps its sign for x > 0.
        p = p.TrimStart(0).TrimEnd(0);
        if (p.IsEmpty || p[0] > 0)
        {
            return p.IsEmpty ? double.PositiveInfinity : 0;
        }

        double bound = RootBound(p);
        double left = 0;
        foreach (double right in (double[])[.. Roots(Derivative(p), bound), bound])
        {
            if (Evaluate(p, right, out double magnitude) > Rounding * magnitude)
            {
                return Bisect(p, left, right);
            }

            left = right;
        }

        return double.PositiveInfinity;
    }

    /// <summary>The real roots in (0, bound) at which the sign changes, ascending: between critical points there is at most one.</summary>
    private static List<double> Roots(ReadOnlySpan<double> p, double bound)
    {
        List<double> roots = [];
        if (p.Length < 2)
        {
            return roots;
        }

        double left = 0;
        foreach (double right in (double[])[.. Roots(Derivative(p), bound), bound])
        {
            if (Evaluate(p, left, out _) < 0 != Evaluate(p, right, out _) < 0)
            {
                roots.Add(Bisect(p, left, right));
            }

            left = right;
        }

        return roots;
    }

    private static double Bisect(ReadOnlySpan<double> p, double left, double right)
    {
        bool negative = Evaluate(p, left, out _) < 0;
        for (double middle = (left + right) / 2; middle > left && middle < right; middle = (left + right) / 2)
        {
            if (Evaluate(p, middle, out _) < 0 == negative)
            {
                left = middle;
            }
            else
            {
                right = middle;
            }
        }

        return left;
    }

    private static double[] Derivative(ReadOnlySpan<double> p)
    {
        var derivative = new double[Math.Max(0, p.Length - 1)];
        for (int k = 1; k < p.Length; k++)
        {
            derivative[k - 1] = k * p[k];
        }

        return derivative;
    }

    private static double Evaluate(ReadOnlySpan<double> p, double x, out double magnitude)
    {
        double value = 0;
        magnitude = 0;
        for (int k = p.Length - 1; k >= 0; k--)
        {
            value = (value * x) + p[k];
            magnitude = (magnitude * Math.Abs(x)) + Math.Abs(p[k]);
        }

        return value;
    }

    // Fujiwara: no root is larger than twice the largest |p_k / p_n|^(1/(n-k)).
    private static double RootBound(ReadOnlySpan<double> p)
    {
        double bound = 0;
        for (int k = 0; k < p.Length - 1; k++)
        {
            bound = Math.Max(bound, Math.Pow(Math.Abs(p[k] / p[^1]), 1.0 / (p.Length - 1 - k)));
        }

        return 2 * bound;
    }
}
