using System.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// The stability function <c>R(z) = 1 + sum_{k=1..s} z^k b·A^(k-1)·1</c>: one step on <c>y' = λy</c> is
/// <c>y_new = R(hλ) y</c>, and the method damps where <c>|R(hλ)| &lt;= 1</c>.
/// </summary>
/// <remarks>
/// <para>
/// The limits on the axes are found from all real critical points of the polynomials concerned, so that no short
/// excursion above 1 is stepped over; tangencies within rounding count as stable. Coefficients of <c>|R(iy)|² - 1</c>
/// that are zero within rounding are set to zero, because their signs decide whether the imaginary limit is zero.
/// </para>
/// <para>
/// Reference: E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, section IV.2,
/// doi:10.1007/978-3-642-05221-7.
/// </para>
/// </remarks>
public sealed class StabilityFunction
{
    private readonly double[] _coefficients;

    /// <summary>A stability polynomial from its coefficients of <c>1, z, z², ...</c></summary>
    /// <exception cref="ArgumentException">Fewer than two coefficients, one that is not finite, or a constant term that is not 1.</exception>
    public StabilityFunction(ReadOnlySpan<double> coefficients)
    {
        if (coefficients.Length < 2 || coefficients[0] != 1)
        {
            throw new ArgumentException($"A stability polynomial starts with 1 and has at least 2 coefficients; {coefficients.Length} were given, the first is {(coefficients.IsEmpty ? double.NaN : coefficients[0])}.", nameof(coefficients));
        }

        foreach (double coefficient in coefficients)
        {
            if (!double.IsFinite(coefficient))
            {
                throw new ArgumentException($"A coefficient is {coefficient}; finite numbers are needed.", nameof(coefficients));
            }
        }

        _coefficients = coefficients.ToArray();
    }

    /// <summary>The coefficients of <c>1, z, ..., z^s</c>.</summary>
    public ReadOnlySpan<double> Coefficients => _coefficients;

    /// <summary>The stability function of a method; exact before rounding when its coefficients are.</summary>
    public static StabilityFunction Of(ButcherTableau tableau)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        return new(tableau.ExactParameters.IsEmpty
            ? CoefficientsOf(tableau.Parameters)
            : PackedTriangle.Round(CoefficientsOf(tableau.ExactParameters)));
    }

    /// <summary>The value <c>R(z)</c>.</summary>
    public Complex Evaluate(Complex z)
    {
        Complex value = 0;
        for (int k = _coefficients.Length - 1; k >= 0; k--)
        {
            value = (value * z) + _coefficients[k];
        }

        return value;
    }

    /// <summary>The amplification <c>|R(z)|</c>.</summary>
    public double Magnitude(Complex z) => Complex.Abs(Evaluate(z));

    /// <summary>The largest <c>x</c> such that <c>|R(-y)| &lt;= 1 + growth</c> for all <c>y</c> in [0, x].</summary>
    /// <param name="growth">The growth per step that is accepted, zero or more.</param>
    public double RealLimit(double growth = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(growth);
        var above = new double[_coefficients.Length];
        var below = new double[_coefficients.Length];
        for (int k = 0; k < above.Length; k++)
        {
            above[k] = k % 2 == 0 ? _coefficients[k] : -_coefficients[k];
            below[k] = -above[k];
        }

        above[0] = -growth;
        below[0] = -2 - growth;
        return Math.Min(Polynomial.NonpositiveUpTo(above), Polynomial.NonpositiveUpTo(below));
    }

    /// <summary>The largest <c>x</c> such that <c>|R(iy)| &lt;= 1 + growth</c> for all <c>y</c> in [0, x].</summary>
    /// <param name="growth">The growth per step that is accepted, zero or more.</param>
    public double ImaginaryLimit(double growth = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(growth);

        // |R(iy)|² - 1 is a polynomial in w = y²: its coefficient k is the sum of (-1)^((i-j)/2) r_i r_j over i + j = 2k.
        var excess = new double[_coefficients.Length];
        for (int k = 1; k < excess.Length; k++)
        {
            double magnitude = 0;
            for (int i = Math.Max(0, (2 * k) - excess.Length + 1); i <= Math.Min(2 * k, excess.Length - 1); i++)
            {
                double term = _coefficients[i] * _coefficients[(2 * k) - i];
                excess[k] += (i - k) % 2 == 0 ? term : -term;
                magnitude += Math.Abs(term);
            }

            excess[k] = Math.Abs(excess[k]) <= ButcherTableau.SumTolerance * magnitude ? 0 : excess[k];
        }

        excess[0] = -growth * (2 + growth);
        return Math.Sqrt(Polynomial.NonpositiveUpTo(excess));
    }

    /// <summary>The coefficients of <c>1, z, ..., z^s</c> over any ring, from coefficients in the layout of <see cref="ButcherTableau.Parameters"/>.</summary>
    internal static T[] CoefficientsOf<T>(ReadOnlySpan<T> parameters)
        where T : IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IAdditiveIdentity<T, T>, IMultiplicativeIdentity<T, T>
    {
        int stages = PackedTriangle.Rows(parameters.Length);
        var coefficients = new T[stages + 1];
        coefficients[0] = T.MultiplicativeIdentity;
        var power = new T[stages + 1];
        Array.Fill(power, T.MultiplicativeIdentity);
        for (int k = 1; k <= stages; k++)
        {
            // Rows from the last (which is b) to the first, so that each reads the previous power.
            for (int i = stages; i >= 0; i--)
            {
                ReadOnlySpan<T> row = PackedTriangle.Row(parameters, i);
                T sum = T.AdditiveIdentity;
                for (int j = 0; j < i; j++)
                {
                    sum += row[j] * power[j];
                }

                power[i] = sum;
            }

            coefficients[k] = power[stages];
        }

        return coefficients;
    }
}
