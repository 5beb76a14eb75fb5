using System.Globalization;
using Unrolled.Deployment;
using Unrolled.RungeKutta;

namespace Unrolled.Certification;

/// <summary>
/// Certificates of intervals of the axes on which a Runge-Kutta method does not amplify <c>y' = λ y</c>: a polynomial with the exact coefficients of the stored numbers
/// is shown to be nowhere positive (<see cref="BernsteinSign"/>), not sampled.
/// </summary>
/// <remarks>
/// <para>One step multiplies by <c>R(z) = 1 + sum_k z^k b·A^(k-1)·1</c>, <c>z = h λ</c>. On the negative real axis <c>R(-y) &lt;= 1</c> and <c>R(-y) &gt;= -1</c> are two polynomials in y; on the imaginary
/// one <c>|R(iy)|^2 &lt;= (1 + g)^2</c> is one in y². The tolerated growth <c>g</c> = <see cref="Growth"/> covers the rounding of coefficients, which decides the sign where the
/// order makes terms cancel. For coefficients that depend on the step the polynomials have two variables, and the claim is for all steps of a range.</para>
/// <para>Linear stability only: nothing follows for nonlinear or non-normal problems.</para>
/// </remarks>
public static class IntegratorStability
{
    /// <summary>The growth of a step on the imaginary axis that counts as none.</summary>
    public const double Growth = 1e-12;

    /// <summary><c>|R(z)| &lt;= 1</c> for all z in [-length, 0]. The bound is where it ends, to rounding.</summary>
    /// <param name="tableau">The method.</param>
    /// <param name="length">The length of the interval that is claimed.</param>
    public static Certificate RealAxis(ButcherTableau tableau, double length)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        return Real(tableau.Name, Exact(tableau), length, 0, StabilityFunction.Of(tableau).RealLimit());
    }

    /// <summary><c>|R(iy)| &lt;= 1 + 1e-12</c> for all y with magnitudes up to the length.</summary>
    /// <param name="tableau">The method.</param>
    /// <param name="length">The length of the interval that is claimed.</param>
    public static Certificate ImaginaryAxis(ButcherTableau tableau, double length)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        return Imaginary(tableau.Name, Exact(tableau), length, 0, StabilityFunction.Of(tableau).ImaginaryLimit(Growth));
    }

    /// <summary><c>|R(z)| &lt;= 1</c> for all z in [-length, 0] and every ε in [0, largest].</summary>
    /// <param name="method">A method whose coefficients depend on ε.</param>
    /// <param name="largest">The largest ε of its steps and parameters.</param>
    /// <param name="length">The length of the interval that is claimed.</param>
    public static Certificate RealAxis(LearnedRungeKutta method, double largest, double length)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Real(method.Name, Exact(method), length, largest, LargestLength(method, largest, t => StabilityFunction.Of(t).RealLimit()));
    }

    /// <summary><c>|R(iy)| &lt;= 1 + 1e-12</c> for all y with magnitudes up to the length and every ε in [0, largest].</summary>
    /// <param name="method">A method whose coefficients depend on ε.</param>
    /// <param name="largest">The largest ε of its steps and parameters.</param>
    /// <param name="length">The length of the interval that is claimed.</param>
    public static Certificate ImaginaryAxis(LearnedRungeKutta method, double largest, double length)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Imaginary(method.Name, Exact(method), length, largest, LargestLength(method, largest, t => StabilityFunction.Of(t).ImaginaryLimit(Growth)));
    }

    /// <summary>
    /// A length of a few digits below a limit, that a certificate can be asked for; 0 where the limit is not worth one. The margin keeps the end away from a root.
    /// </summary>
    public static double Claimed(double limit)
    {
        double length = Math.Floor(limit * 0.9999 * 1000) / 1000;
        return length >= 0.01 ? Math.Min(length, 1e6) : 0;
    }

    private static double LargestLength(LearnedRungeKutta method, double largest, Func<ButcherTableau, double> limit)
    {
        const int samples = 32;
        double least = double.PositiveInfinity;
        for (int k = 0; k <= samples; k++)
        {
            double[] theta = [.. method.Series(c => c).Select(s => Value(s, largest * k / samples))];
            least = Math.Min(least, limit(new ButcherTableau(method.Name, 1, theta)));
        }

        return least;
    }

    private static double Value(PowerSeries<double> series, double epsilon)
    {
        double value = 0;
        for (int m = series.Coefficients.Length - 1; m >= 0; m--)
        {
            value = (value * epsilon) + series[m];
        }

        return value;
    }

    private static PowerSeries<Rational>[] Exact(ButcherTableau tableau) =>
        StabilityFunction.CoefficientsOf<PowerSeries<Rational>>([.. tableau.Parameters.ToArray().Select(c => new PowerSeries<Rational>(Rational.FromDouble(c)))]);

    private static PowerSeries<Rational>[] Exact(LearnedRungeKutta method) => StabilityFunction.CoefficientsOf<PowerSeries<Rational>>(method.Series(Rational.FromDouble));

    private static Certificate Real(string name, PowerSeries<Rational>[] r, double length, double largest, double limit)
    {
        // (R(-y) - 1)/y <= 0 and -1 - R(-y) <= 0
        PowerSeries<Rational> one = PowerSeries<Rational>.MultiplicativeIdentity, zero = default;
        PowerSeries<Rational>[] signed = [.. r.Select((c, k) => k % 2 == 0 ? c : zero - c)];
        PowerSeries<Rational>[] below = [zero - one - one, .. signed.Skip(1).Select(c => zero - c)];
        bool holds = Nonpositive(signed[1..], length, largest) && Nonpositive(below, length, largest);
        return Interval(string.Create(CultureInfo.InvariantCulture, $"{name}: |R(z)| <= 1 for all z in [-{length:r}, 0]"), length, largest, limit, holds);
    }

    private static Certificate Imaginary(string name, PowerSeries<Rational>[] r, double length, double largest, double limit)
    {
        // |R(iy)|^2 - (1 + g)^2 in w = y^2: the coefficient k is the sum of (-1)^((i-j)/2) r_i r_j over i + j = 2k.
        var excess = new PowerSeries<Rational>[r.Length];
        for (int k = 0; k < excess.Length; k++)
        {
            for (int i = Math.Max(0, (2 * k) - r.Length + 1); i <= Math.Min(2 * k, r.Length - 1); i++)
            {
                PowerSeries<Rational> term = r[i] * r[(2 * k) - i];
                excess[k] = (i - k) % 2 == 0 ? excess[k] + term : excess[k] - term;
            }
        }

        Rational most = Rational.One + Rational.Parse("1e-12");
        excess[0] -= new PowerSeries<Rational>(most * most);
        Rational end = Rational.FromDouble(length);
        bool holds = Nonpositive(excess, end * end, largest);
        return Interval(string.Create(CultureInfo.InvariantCulture, $"{name}: |R(iy)| <= 1 + 1e-12 for all |y| <= {length:r}"), length, largest, limit, holds);
    }

    private static bool Nonpositive(PowerSeries<Rational>[] p, double length, double largest) => Nonpositive(p, Rational.FromDouble(length), largest);

    private static bool Nonpositive(PowerSeries<Rational>[] p, Rational length, double largest)
    {
        int columns = largest == 0 ? 1 : p.Max(c => Math.Max(1, c.Coefficients.Length));
        var table = new Rational[p.Length, columns];
        for (int i = 0; i < p.Length; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                table[i, j] = p[i][j];
            }
        }

        return BernsteinSign.Of(table, length, Rational.FromDouble(largest)) == SignVerdict.Nonpositive;
    }

    private static Certificate Interval(string claim, double length, double largest, double limit, bool holds) => new(
        claim + (largest > 0 ? string.Create(CultureInfo.InvariantCulture, $" and every step and all parameters with epsilon at most {largest:g6}") : string.Empty),
        length, limit, holds && length <= limit, ["the problem is y' = lambda y, or linear with a normal matrix", "exact arithmetic in the step"]);
}
