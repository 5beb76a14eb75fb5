using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.RungeKutta;

namespace Unrolled.Certification;

/// <summary>
/// Certificates of intervals of the negative real axis on which a method with memory (multistep, two-step Runge-Kutta) does not amplify <c>y' = λ y</c>, from the exact
/// coefficients of the stored numbers, without sampling.
/// </summary>
/// <remarks>
/// <para>One step multiplies the state and what is remembered by a matrix <c>M(z)</c>, <c>z = h λ = -y</c>, whose entries are polynomials. At <c>z = 0</c> its eigenvalues are 1 and 0, the first of
/// which begins as <c>1 - y</c>. Eigenvalues depend continuously on y, so they stay in the unit disk as long as none lies on the circle: at 1 where <c>χ(1) = 0</c>, at -1 where <c>χ(-1) = 0</c>, as a
/// pair where Jury's inner determinant <c>det(X - Y) = prod over i &lt; j of (1 - r_i r_j)</c> is 0. Each of the three is a polynomial in y that is shown to stay above 2^-40
/// (the first divided by y): inside the interval all eigenvalues are then inside the disk, and powers of M tend to 0.</para>
/// <para>Work grows with the fourth power of the size of M; see <see cref="LargestMemory"/>. Reference: E. I. Jury, Inners and Stability of Dynamic Systems (1974), section 2.3.</para>
/// </remarks>
public static class MemoryStability
{
    /// <summary>How many vectors may be remembered.</summary>
    public const int LargestMemory = 7;

    private static readonly Rational Clear = new(1, System.Numerics.BigInteger.One << 40);

    /// <summary>All eigenvalues of <c>M(z)</c> lie inside the unit disk for all z in [-length, 0). The bound is where that ends, to rounding.</summary>
    /// <param name="method">A method with memory, whose coefficients do not depend on the step.</param>
    /// <param name="length">The length of the interval that is claimed.</param>
    /// <exception cref="ArgumentException">The coefficients depend on the step, or too many vectors are remembered.</exception>
    public static Certificate RealAxis(IntegratorCoefficients method, double length) => RealAxis(method)(length);

    /// <summary>The same for any length; what does not depend on it is computed once.</summary>
    /// <param name="method">A method with memory, whose coefficients do not depend on the step.</param>
    public static Func<double, Certificate> RealAxis(IntegratorCoefficients method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method.Corrections.Count > 0 || method.Memory > LargestMemory)
        {
            throw new ArgumentException($"{method.Name} remembers {method.Memory} vectors with {method.Corrections.Count} corrections; at most {LargestMemory} and none are possible", nameof(method));
        }

        PowerSeries<Rational>[] conditions = [.. Conditions(StepMatrix(method)).Select(p => new PowerSeries<Rational>(Clear) - p)];
        double limit = conditions.Min(p => Polynomial.NonpositiveUpTo([.. p.Coefficients.ToArray().Select(c => c.ToDouble())]));
        return length =>
        {
            Rational end = Rational.FromDouble(length);
            bool holds = conditions.All(p => BernsteinSign.Of(Row(p), end, Rational.Zero) == SignVerdict.Nonpositive);
            return new Certificate(
                string.Create(CultureInfo.InvariantCulture, $"{method.Name}: a step does not amplify y' = h lambda y for all h lambda in [-{length:r}, 0]: the eigenvalues of its matrix lie in the unit disk"),
                length, limit, holds && length <= limit, ["the problem is y' = lambda y, or linear with a normal matrix", "exact arithmetic in the step", "a bounded amplification in the first steps is possible"]);
        };
    }

    private static Rational[,] Row(PowerSeries<Rational> p)
    {
        var column = new Rational[Math.Max(1, p.Coefficients.Length), 1];
        for (int i = 0; i < p.Coefficients.Length; i++)
        {
            column[i, 0] = p[i];
        }

        return column;
    }

    /// <summary>How (y, remembered h f) lead to those after a step, for <c>h f = -y</c> times the argument of the polynomials.</summary>
    private static PowerSeries<Rational>[,] StepMatrix(IntegratorCoefficients method)
    {
        int n = 1 + method.Memory;
        var minus = new PowerSeries<Rational>(Rational.Zero, -Rational.One);
        PowerSeries<Rational>[] Unit(int k) => [.. Enumerable.Range(0, n).Select(i => i == k ? PowerSeries<Rational>.MultiplicativeIdentity : default)];
        var stages = new List<PowerSeries<Rational>[]>();
        PowerSeries<Rational>[] Point(int i)
        {
            PowerSeries<Rational>[] point = Unit(0);
            double[] row = method.Rows[i];
            for (int w = 0; w < row.Length; w++)
            {
                PowerSeries<Rational>[] vector = w < i ? stages[w] : Unit(1 + w - i);
                var weight = new PowerSeries<Rational>(Rational.FromDouble(row[w]));
                for (int c = 0; c < n; c++)
                {
                    point[c] += weight * vector[c];
                }
            }

            return point;
        }

        for (int i = 0; i < method.Stages; i++)
        {
            stages.Add([.. Point(i).Select(p => Trimmed(minus * p))]);
        }

        PowerSeries<Rational>[] known = Point(method.Stages);
        var matrix = new PowerSeries<Rational>[n, n];
        for (int r = 0; r < n; r++)
        {
            int from = method.RememberedFrom + r - 1;
            PowerSeries<Rational>[] row = r == 0 ? known : from < method.Stages ? stages[from] : Unit(1 + from - method.Stages);
            for (int c = 0; c < n; c++)
            {
                matrix[r, c] = Trimmed(row[c]);
            }
        }

        return matrix;
    }

    /// <summary>What must stay positive: <c>χ(1)/y</c>, <c>(-1)^n χ(-1)</c> and <c>det(X - Y)</c>.</summary>
    private static List<PowerSeries<Rational>> Conditions(PowerSeries<Rational>[,] matrix)
    {
        PowerSeries<Rational>[] chi = Characteristic(matrix);
        int n = chi.Length - 1;
        PowerSeries<Rational> atOne = default, atMinusOne = default;
        for (int i = 0; i <= n; i++)
        {
            atOne += chi[i];
            atMinusOne = (n - i) % 2 == 0 ? atMinusOne + chi[i] : atMinusOne - chi[i];
        }

        var conditions = new List<PowerSeries<Rational>> { new([.. Trimmed(atOne).Coefficients.ToArray().Skip(1)]), Trimmed(atMinusOne) };
        if (n > 1)
        {
            var inner = new PowerSeries<Rational>[n - 1, n - 1];
            for (int i = 0; i < n - 1; i++)
            {
                for (int j = 0; j < n - 1; j++)
                {
                    PowerSeries<Rational> x = j >= i ? chi[n - (j - i)] : default, y = i + j >= n - 2 ? chi[i + j - (n - 2)] : default;
                    inner[i, j] = x - y;
                }
            }

            PowerSeries<Rational> determinant = Characteristic(inner)[0];
            conditions.Add(Trimmed((n - 1) % 2 == 0 ? determinant : default(PowerSeries<Rational>) - determinant));
        }

        return conditions;
    }

    /// <summary>The coefficients of 1, ζ, ..., ζ^n of <c>det(ζ - A)</c> (Faddeev and LeVerrier): products and divisions by integers only.</summary>
    private static PowerSeries<Rational>[] Characteristic(PowerSeries<Rational>[,] a)
    {
        int n = a.GetLength(0);
        var coefficients = new PowerSeries<Rational>[n + 1];
        coefficients[n] = PowerSeries<Rational>.MultiplicativeIdentity;
        var b = new PowerSeries<Rational>[n, n];
        for (int k = 1; k <= n; k++)
        {
            for (int i = 0; i < n; i++)
            {
                b[i, i] += coefficients[n - k + 1];
            }

            var product = new PowerSeries<Rational>[n, n];
            PowerSeries<Rational> trace = default;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    for (int l = 0; l < n; l++)
                    {
                        product[i, j] += a[i, l] * b[l, j];
                    }

                    product[i, j] = Trimmed(product[i, j]);
                }

                trace += product[i, i];
            }

            coefficients[n - k] = Trimmed(default(PowerSeries<Rational>) - (trace / new PowerSeries<Rational>(k)));
            b = product;
        }

        return coefficients;
    }

    private static PowerSeries<Rational> Trimmed(PowerSeries<Rational> p)
    {
        int length = p.Coefficients.Length;
        while (length > 0 && p[length - 1].Sign == 0)
        {
            length--;
        }

        return length == p.Coefficients.Length ? p : new PowerSeries<Rational>(p.Coefficients[..length].ToArray());
    }
}
