using System.Globalization;
using Unrolled.Deployment;
using Unrolled.RungeKutta;

namespace Unrolled.Certification;

/// <summary>
/// Certificates of the order of an integrator from its stored numbers alone: the defects of the order conditions are computed as fractions, so that nothing
/// in the check is rounded.
/// </summary>
/// <remarks>
/// Coefficients that are doubles leave defects of rounding size; a defect counts as one up to <see cref="Rounding"/>. A condition of a tree with q vertices whose defect is d
/// adds <c>d h^q</c> times an elementary differential to the error of a step, so the order is seen in all steps with <c>h^(p+1-q)</c> above d.
/// Reference: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, theorems II.2.13 and III.2.4, doi:10.1007/978-3-540-78862-1.
/// </remarks>
public static class IntegratorOrder
{
    /// <summary>The largest defect that counts as the rounding of the coefficients.</summary>
    public const double Rounding = 2e-13;

    /// <summary>The largest order that is checked: 200 conditions.</summary>
    public const int LargestOrder = 8;

    /// <summary>A Runge-Kutta method has an order: the defects of all conditions up to it are rounding.</summary>
    /// <param name="tableau">The method.</param>
    /// <param name="order">The order that is claimed, from 1 to <see cref="LargestOrder"/>.</param>
    public static Certificate Of(ButcherTableau tableau, int order)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        CheckOrder(order);
        Rational[] stored = Array.ConvertAll(tableau.Parameters.ToArray(), Rational.FromDouble);
        return Of(tableau.Name, order, new ElementaryWeights<Rational>(stored, order).Defects());
    }

    /// <summary>The least that a method of any kind needs: the weights of the derivatives in a step sum to 1.</summary>
    /// <param name="name">The name of the method.</param>
    /// <param name="weights">All weights that lead to the new state, those of remembered derivatives included.</param>
    public static Certificate Consistency(string name, ReadOnlySpan<double> weights)
    {
        Rational sum = -Rational.One;
        foreach (double weight in weights)
        {
            sum += Rational.FromDouble(weight);
        }

        double defect = Math.Abs(sum.ToDouble());
        return new Certificate(
            $"{name} is consistent: its weights sum to 1 up to rounding", defect, Rounding, defect <= Rounding,
            ["nothing is claimed about higher orders: the method was fitted at one step size, and its error does not tend to zero faster than the step"]);
    }

    /// <summary>
    /// A method of Adams' form has an order: <c>sum_j β_j (-j)^(q-1) = 1/q</c> for all q up to it, over the sum of magnitudes of the terms. It is
    /// zero-stable by its form: the roots of <c>ζ^k - ζ^(k-1)</c> are 1 and 0.
    /// </summary>
    /// <param name="name">The name of the method.</param>
    /// <param name="weights">β, that of the newest derivative first.</param>
    /// <param name="order">The order that is claimed.</param>
    public static Certificate OfMultistep(string name, ReadOnlySpan<double> weights, int order)
    {
        CheckOrder(order);
        var defects = new Rational[order];
        for (int q = 1; q <= order; q++)
        {
            Rational sum = -new Rational(1, q), size = new(1, q);
            for (int j = 0; j < weights.Length; j++)
            {
                Rational term = Rational.FromDouble(weights[j]) * new Rational(System.Numerics.BigInteger.Pow(-j, q - 1), 1);
                sum += term;
                size += Rational.Abs(term);
            }

            defects[q - 1] = sum / size;
        }

        return Of(name, order, defects);
    }

    /// <summary>A method whose coefficients are polynomials in ε, h times a constant, has an order as h tends to 0: the coefficients of <c>ε^m</c> in the defects of trees with q vertices, <c>q + m &lt;= order</c>, are rounding.</summary>
    /// <param name="method">The method.</param>
    /// <param name="order">The order that is claimed.</param>
    public static Certificate Of(LearnedRungeKutta method, int order)
    {
        ArgumentNullException.ThrowIfNull(method);
        CheckOrder(order);
        Rational[][] defects = method.ExactDefectPolynomials(order);
        int conditions = 0;
        double largest = 0;
        foreach (RootedTree tree in RootedTree.UpTo(order))
        {
            foreach (Rational coefficient in defects[tree.Index].Take(order - tree.Order + 1))
            {
                conditions++;
                largest = Math.Max(largest, Math.Abs(coefficient.ToDouble()));
            }
        }

        string scale = method.Scale.DependsOnParameters ? ", for all parameters, which change epsilon by a constant" : string.Empty;
        return new Certificate(
            $"{method.Name} has order {order} as h -> 0{scale}: {conditions} coefficients of epsilon^m in the defects of trees with q vertices, q + m at most {order}, are rounding",
            largest, Rounding, largest <= Rounding, ["the right-hand side is smooth"]);
    }

    /// <summary>
    /// How large the defects of such a method are for every step of its range: that of a tree with q vertices is at most <c>C (ε/E)^(order+1-q)</c> beside rounding for all ε in
    /// [0, E]. The value is C.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="order">The order of <see cref="Of(LearnedRungeKutta, int)"/>.</param>
    /// <param name="largest">E, the largest ε of the range of steps and parameters.</param>
    /// <param name="bound">What C must not exceed.</param>
    public static Certificate DefectsOverTheRange(LearnedRungeKutta method, int order, double largest, double bound)
    {
        ArgumentNullException.ThrowIfNull(method);
        CheckOrder(order);
        Rational[][] defects = method.ExactDefectPolynomials(order);
        Rational end = Rational.FromDouble(largest), most = Rational.Zero;
        foreach (RootedTree tree in RootedTree.UpTo(order))
        {
            Rational sum = Rational.Zero, power = Rational.One;
            for (int m = 0; m < defects[tree.Index].Length; m++, power *= end)
            {
                sum += m + tree.Order > order ? Rational.Abs(defects[tree.Index][m]) * power : Rational.Zero;
            }

            most = sum > most ? sum : most;
        }

        double value = most.ToDouble();
        return new Certificate(
            string.Create(CultureInfo.InvariantCulture,
                $"{method.Name}, for every step and all parameters with epsilon at most {largest:g6}: the defect of a tree with q vertices is at most C (epsilon/{largest:g6})^({order + 1} - q), q up to {order}, beside rounding"),
            value, bound, value <= bound, ["the right-hand side is smooth", "C says nothing about the size of the derivatives that multiply it"]);
    }

    private static Certificate Of(string name, int order, Rational[] defects)
    {
        double largest = defects.Max(d => Math.Abs(d.ToDouble()));
        return new Certificate(
            $"{name} has order {order}: the defects of its {defects.Length} order conditions are rounding",
            largest, Rounding, largest <= Rounding, ["the right-hand side is smooth"]);
    }

    private static void CheckOrder(int order)
    {
        if (order is < 1 or > LargestOrder)
        {
            throw new ArgumentOutOfRangeException(nameof(order), order, $"orders from 1 to {LargestOrder} can be certified");
        }
    }
}
