namespace Unrolled.RungeKutta;

/// <summary>
/// The order conditions of a Runge-Kutta method: it has order <c>p</c> exactly when <c>Φ(t) = 1/γ(t)</c> for every rooted
/// tree <c>t</c> with at most <c>p</c> vertices. The defects <c>Φ(t) - 1/γ(t)</c> are the certificate of an integrator;
/// a training loss is not.
/// </summary>
/// <remarks>
/// Defects come in the order of <see cref="RootedTree.UpTo"/>; the first eight are
/// <c>b·1 - 1, b·c - 1/2, b·c² - 1/3, b·Ac - 1/6, b·c³ - 1/4, b·(c Ac) - 1/8, b·Ac² - 1/12, b·AAc - 1/24</c>.
/// Since nodes are row sums, the conditions hold for autonomous and other systems alike. The weights of a defect in the
/// local error, <c>1/σ(t)</c> times the elementary differential, are not included. Work and reference:
/// <see cref="ElementaryWeights{T}"/>.
/// </remarks>
public static class OrderConditions
{
    /// <summary>The defects of all conditions up to an order, in double precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="RootedTree.LargestOrder"/>.</exception>
    public static double[] Defects(ButcherTableau tableau, int order)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        return new ElementaryWeights<double>(tableau.Parameters, order).Defects();
    }

    /// <summary>
    /// The defects without any rounding: of the fractions or decimals that the method was given as, otherwise of its
    /// doubles, each of which is a fraction.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="RootedTree.LargestOrder"/>.</exception>
    public static Rational[] ExactDefects(ButcherTableau tableau, int order)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        ReadOnlySpan<Rational> exact = tableau.ExactParameters.IsEmpty
            ? Array.ConvertAll(tableau.Parameters.ToArray(), Rational.FromDouble)
            : tableau.ExactParameters;
        return new ElementaryWeights<Rational>(exact, order).Defects();
    }

    /// <summary>
    /// The largest order whose conditions all hold to a tolerance, at most <see cref="RootedTree.LargestOrder"/>.
    /// </summary>
    /// <param name="tableau">The method.</param>
    /// <param name="tolerance">
    /// The largest defect that counts as zero. Rounding leaves about 1e-15 times the size of the coefficients; a method
    /// with a defect <c>d</c> in a condition of order <c>q</c> shows its order only for steps with <c>h^(p+1-q) &gt; d</c>.
    /// </param>
    public static int OrderOf(ButcherTableau tableau, double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        double[] defects = Defects(tableau, RootedTree.LargestOrder);
        int first = Array.FindIndex(defects, defect => !(Math.Abs(defect) <= tolerance));
        return first < 0 ? RootedTree.LargestOrder : RootedTree.UpTo(RootedTree.LargestOrder)[first].Order - 1;
    }

    /// <summary>
    /// The derivatives of all defects with respect to all coefficients: <c>CountUpTo(order)</c> rows,
    /// <c>s(s+1)/2</c> columns in the layout of <see cref="ButcherTableau.Parameters"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="RootedTree.LargestOrder"/>.</exception>
    public static double[,] Jacobian(ButcherTableau tableau, int order)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        return new ElementaryWeights<double>(tableau.Parameters, order).Jacobian();
    }
}
