using System.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>A polynomial <c>sum_m c_m ε^m</c> as a number type, so that order conditions can be evaluated for coefficients that depend on ε.</summary>
internal readonly struct PowerSeries : IAdditionOperators<PowerSeries, PowerSeries, PowerSeries>, ISubtractionOperators<PowerSeries, PowerSeries, PowerSeries>,
    IMultiplyOperators<PowerSeries, PowerSeries, PowerSeries>, IDivisionOperators<PowerSeries, PowerSeries, PowerSeries>,
    IAdditiveIdentity<PowerSeries, PowerSeries>, IMultiplicativeIdentity<PowerSeries, PowerSeries>
{
    private readonly double[]? _coefficients;

    public PowerSeries(params double[] coefficients) => _coefficients = coefficients;

    public static PowerSeries AdditiveIdentity => default;

    public static PowerSeries MultiplicativeIdentity => new(1);

    /// <summary>c_0, c_1, ...; those not listed are zero.</summary>
    public ReadOnlySpan<double> Coefficients => _coefficients;

    /// <summary>c_m.</summary>
    public double this[int m] => m < Coefficients.Length ? Coefficients[m] : 0;

    public static PowerSeries operator +(PowerSeries left, PowerSeries right) => Combine(left, right, 1);

    public static PowerSeries operator -(PowerSeries left, PowerSeries right) => Combine(left, right, -1);

    public static PowerSeries operator *(PowerSeries left, PowerSeries right)
    {
        ReadOnlySpan<double> x = left.Coefficients, y = right.Coefficients;
        if (x.IsEmpty || y.IsEmpty)
        {
            return default;
        }

        double[] product = new double[x.Length + y.Length - 1];
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
    public static PowerSeries operator /(PowerSeries left, PowerSeries right) => right.Coefficients.Length == 1
        ? new([.. left.Coefficients.ToArray().Select(c => c / right.Coefficients[0])])
        : throw new NotSupportedException("division by a polynomial");

    private static PowerSeries Combine(PowerSeries left, PowerSeries right, double sign)
    {
        ReadOnlySpan<double> x = left.Coefficients, y = right.Coefficients;
        double[] sum = new double[Math.Max(x.Length, y.Length)];
        x.CopyTo(sum);
        for (int i = 0; i < y.Length; i++)
        {
            sum[i] += sign * y[i];
        }

        return new(sum);
    }
}
