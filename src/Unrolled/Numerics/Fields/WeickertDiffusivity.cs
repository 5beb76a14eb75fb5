using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// <c>gamma = 1 - exp(-C/z^4)</c> with the <c>C</c> that makes the flux largest at <c>s = 1</c>: <c>(1 + 8 C) exp(-C) = 1</c> (Weickert, Anisotropic Diffusion
/// in Image Processing, Teubner 1998, with <c>m = 4</c>).
/// </summary>
/// <remarks>
/// With <c>w = C/z^4</c> is <c>phi' = 1 - (1 + 8 w) exp(-w)</c>, smallest at <c>w = 7/8</c> with <c>1 - 8 exp(-7/8)</c>. The energy is
/// <c>(z (1 - exp(-w)) + C^(1/4) Gamma(3/4, w))/2</c>, by parts.
/// </remarks>
internal readonly struct WeickertDiffusivity : IDiffusivity
{
    /// <summary>The constant of the exponent.</summary>
    public const double C = 3.314877361786055;

    private const double GammaOfThreeQuarters = 1.2254167024651776;

    public static string Name => "weickert";

    public static double SmallestSlope => 1 - (8 * Diffusivities.Exp(-0.875));

    public static double SteepestDescent => Math.Sqrt(Math.Sqrt(Math.Sqrt(C / 0.875)));

    public static double Energy(double z)
    {
        double square = z * z, w = Math.Min(C / (square * square), 800);
        double diffusivity = w < 1e-3 ? w * (1 - (w / 2 * (1 - (w / 3 * (1 - (w / 4)))))) : 1 - Diffusivities.Exp(-w);
        double flat = double.IsPositiveInfinity(z) ? 0 : z * diffusivity;
        return (flat + (Math.Sqrt(Math.Sqrt(C)) * UpperGammaOfThreeQuarters(w))) / 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z) => Vector512<T>.One - Diffusivities.Exp(-Exponent(z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z)
    {
        Vector512<T> w = Exponent(z), e = Diffusivities.Exp(-w);
        Vector512<T> g = Vector512<T>.One - e;
        return (g, Lanes.MultiplyAdd(Diffusivities.Constant<T>(-8) * w, e, g));
    }

    /// <summary><c>C/z^4</c>, cut off where its exponential has long vanished beside 1 but is a normal number still.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Exponent<T>(Vector512<T> z)
    {
        Vector512<T> square = z * z;
        return Vector512.MinNative(Diffusivities.Constant<T>(80), Diffusivities.Constant<T>(C) / (square * square));
    }

    /// <summary><c>Gamma(3/4, w)</c>: the power series of what is missing below 2, Legendre's continued fraction above (Lentz's evaluation).</summary>
    private static double UpperGammaOfThreeQuarters(double w)
    {
        const double a = 0.75;
        double root = Math.Sqrt(w), power = root * Math.Sqrt(root) * Diffusivities.Exp(-w);
        if (w < 2)
        {
            double term = 1 / a, sum = term;
            for (int n = 1; term > 1e-17 * sum; n++)
            {
                term *= w / (a + n);
                sum += term;
            }

            return GammaOfThreeQuarters - (power * sum);
        }

        double b = w + 1 - a, c = double.MaxValue, d = 1 / b, value = d;
        for (int n = 1; n < 200; n++)
        {
            double coefficient = -n * (n - a);
            b += 2;
            d = 1 / ((coefficient * d) + b);
            c = b + (coefficient / c);
            double factor = c * d;
            value *= factor;
            if (Math.Abs(factor - 1) < 1e-16)
            {
                break;
            }
        }

        return power * value;
    }
}
