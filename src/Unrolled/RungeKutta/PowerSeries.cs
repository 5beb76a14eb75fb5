using System.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// A polynomial <c>sum_m c_m ε^m</c> over a field as a number type, so that order conditions and stability functions can be evaluated for
/// coefficients that depend on ε.
/// </summary>
/// <typeparam name="T">The field: <see cref="double"/> or <see cref="Rational"/>.</typeparam>
internal readonly struct PowerSeries<T> : IAdditionOperators<PowerSeries<T>, PowerSeries<T>, PowerSeries<T>>, ISubtractionOperators<PowerSeries<T>, PowerSeries<T>, PowerSeries<T>>,
    IMultiplyOperators<PowerSeries<T>, PowerSeries<T>, PowerSeries<T>>, IDivisionOperators<PowerSeries<T>, PowerSeries<T>, PowerSeries<T>>,
    IAdditiveIdentity<PowerSeries<T>, PowerSeries<T>>, IMultiplicativeIdentity<PowerSeries<T>, PowerSeries<T>>
    where T : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>, IAdditiveIdentity<T, T>, IMultiplicativeIdentity<T, T>
{
    private readonly T[]? _coefficients;

    public PowerSeries(params T[] coefficients) => _coefficients = coefficients;

    public static PowerSeries<T> AdditiveIdentity => default;

    public static PowerSeries<T> MultiplicativeIdentity => new(T.MultiplicativeIdentity);

    /// <summary>c_0, c_1, ...; those not listed are zero.</summary>
    public ReadOnlySpan<T> Coefficients => _coefficients;

    /// <summary>c_m.</summary>
    public T this[int m] => m < Coefficients.Length ? Coefficients[m] : T.AdditiveIdentity;

    public static PowerSeries<T> operator +(PowerSeries<T> left, PowerSeries<T> right)
    {
        T[] sum = new T[Math.Max(left.Coefficients.Length, right.Coefficients.Length)];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = left[i] + right[i];
        }

        return new(sum);
    }

    public static PowerSeries<T> operator -(PowerSeries<T> left, PowerSeries<T> right)
    {
        T[] difference = new T[Math.Max(left.Coefficients.Length, right.Coefficients.Length)];
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] = left[i] - right[i];
        }

        return new(difference);
    }

    public static PowerSeries<T> operator *(PowerSeries<T> left, PowerSeries<T> right)
    {
        ReadOnlySpan<T> x = left.Coefficients, y = right.Coefficients;
        if (x.IsEmpty || y.IsEmpty)
        {
            return default;
        }

        T[] product = new T[x.Length + y.Length - 1];
        Array.Fill(product, T.AdditiveIdentity);
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < y.Length; j++)
            {
                product[i + j] += x[i] * y[j];
            }
        }

        return new(product);
    }

    /// <summary>Division by a number: the order conditions divide by integers only.</summary>
    public static PowerSeries<T> operator /(PowerSeries<T> left, PowerSeries<T> right) => right.Coefficients.Length == 1
        ? new([.. left.Coefficients.ToArray().Select(c => c / right.Coefficients[0])])
        : throw new NotSupportedException("division by a polynomial");
}
