using System.Globalization;
using Unrolled.Differentiation;

namespace Unrolled.RungeKutta;

/// <summary>
/// One step of an explicit Runge-Kutta method as a function: the right-hand side inlined at every stage, the coefficients
/// as uniform inputs. Methods with the same pattern of zeros run the same code, so a learned method whose numbers are the
/// classical ones gives the classical bits.
/// </summary>
/// <remarks>
/// With <c>w_ij = h a_ij</c> and <c>d_i = h c_i</c>, each rounded once: <c>k_i = f(y + (w_i0 k_0 + w_i1 k_1 + ...), p, t + d_i)</c>,
/// sums from left to right without the terms whose coefficient is zero, and <c>y_new = y + (h b_0 k_0 + ...)</c> likewise.
/// Adding the sum to <c>y</c> last keeps the rounding of long runs small. Nothing is fused, so exports repeat the bits.
/// </remarks>
public static class RungeKuttaStep
{
    /// <summary>
    /// The function with inputs <c>y</c>, <c>p</c> per instance, <c>t</c>, <c>d</c> (one per stage) and <c>w</c> (one per nonzero
    /// coefficient, in the order of <see cref="ButcherTableau.Parameters"/>) uniform, and the output <c>y_new</c>.
    /// </summary>
    public static Function Compose(Function f, ButcherTableau tableau)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(tableau);
        return f.Composition(Key(tableau), function => Build(function, tableau));
    }

    /// <summary>The numbers <c>w</c> of a step of size <paramref name="h"/>: <c>h</c> times each nonzero coefficient.</summary>
    public static double[] ScaledCoefficients(ButcherTableau tableau, double h)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        List<double> scaled = [];
        foreach (double coefficient in tableau.Parameters)
        {
            if (coefficient != 0)
            {
                scaled.Add(h * coefficient);
            }
        }

        return [.. scaled];
    }

    /// <summary>The numbers <c>d</c> of a step of size <paramref name="h"/>: <c>h</c> times each node.</summary>
    public static double[] ScaledNodes(ButcherTableau tableau, double h)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        return Array.ConvertAll(tableau.Nodes.ToArray(), c => h * c);
    }

    /// <summary><c>y + (w_0 k_0 + w_1 k_1 + ...)</c>; <paramref name="y"/> itself where there are no terms.</summary>
    internal static Expression[] Displace(Expression[] y, IReadOnlyList<(Expression Weight, Expression[] Vector)> terms)
    {
        var point = new Expression[y.Length];
        for (int i = 0; i < y.Length; i++)
        {
            point[i] = terms.Count == 0 ? y[i] : y[i] + Sum(terms, i);
        }

        return point;
    }

    /// <summary><c>w_0 k_0 + w_1 k_1 + ...</c> for one component, from left to right.</summary>
    internal static Expression Sum(IReadOnlyList<(Expression Weight, Expression[] Vector)> terms, int component)
    {
        Expression sum = terms[0].Weight * terms[0].Vector[component];
        for (int j = 1; j < terms.Count; j++)
        {
            sum += terms[j].Weight * terms[j].Vector[component];
        }

        return sum;
    }

    private static Function Build(Function f, ButcherTableau tableau)
    {
        FunctionBuilder builder = new();
        Expression[] y = builder.Input(f.Inputs[0] with { Name = "y" }), p = builder.Input(f.Inputs[1] with { Name = "p" });
        Expression t = builder.Uniform("t");
        Expression[] d = builder.Uniform("d", tableau.Stages), w = builder.Uniform("w", Nonzero(tableau.Parameters));
        List<Expression[]> k = [];
        int next = 0;
        for (int i = 0; i <= tableau.Stages; i++)
        {
            ReadOnlySpan<double> row = tableau.Row(i);
            List<(Expression, Expression[])> terms = [];
            for (int j = 0; j < row.Length; j++)
            {
                if (row[j] != 0)
                {
                    terms.Add((w[next++], k[j]));
                }
            }

            Expression[] point = Displace(y, terms);
            if (i == tableau.Stages)
            {
                return builder.Output("y_new", point).Build();
            }

            k.Add(f.Apply(point, p, i == 0 ? t : t + d[i]));
        }

        throw new InvalidOperationException("unreachable: the last row ends the loop");
    }

    private static int Nonzero(ReadOnlySpan<double> coefficients) => coefficients.Length - coefficients.Count(0.0);

    // The pattern of zeros alone decides the code.
    private static string Key(ButcherTableau tableau) => string.Create(CultureInfo.InvariantCulture,
        $"Runge-Kutta {tableau.Stages} {string.Concat(tableau.Parameters.ToArray().Select(a => a == 0 ? '0' : '1'))}");
}
