using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>What the shapes of diffusivities share.</summary>
/// <remarks>A bound stands first in minima and maxima, so that NaN on the other side is returned by every instruction set.</remarks>
internal static class Diffusivities
{
    /// <summary>The same number in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Constant<T>(double value) => typeof(T) == typeof(double)
        ? Vector512.Create(value).As<double, T>()
        : Vector512.Create((float)value).As<float, T>();

    /// <summary>e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x) => typeof(T) == typeof(double)
        ? ElementaryExponential.Exp(x.AsDouble()).As<double, T>()
        : ElementarySingle.Exp(x.AsSingle()).As<float, T>();

    /// <summary>e^x of one number with the bits of a lane.</summary>
    public static double Exp(double x) => ElementaryExponential.Exp(Vector512.Create(x))[0];
}

/// <summary><c>gamma = 1</c>.</summary>
internal readonly struct LinearDiffusivity : IDiffusivity
{
    public static string Name => "linear";

    public static double SmallestSlope => 1;

    public static double SmallestDiffusivity => 1;

    public static double Energy(double z) => z / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z) => Vector512<T>.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z) => (Vector512<T>.One, Vector512<T>.One);
}

/// <summary><c>gamma = (1 + z)^-1/2</c>.</summary>
internal readonly struct CharbonnierDiffusivity : IDiffusivity
{
    public static string Name => "charbonnier";

    public static double Energy(double z) => double.IsPositiveInfinity(z) ? z : z / (Math.Sqrt(1 + z) + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z) => Vector512<T>.One / Vector512.Sqrt(Vector512<T>.One + z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z)
    {
        Vector512<T> g = Value(z);
        return (g, g * g * g);
    }
}

/// <summary>Charbonnier's shape with a flux of at most 1: <c>Phi = s (s^2 + lambda^2)^-1/2</c>.</summary>
internal readonly struct TotalVariationDiffusivity : IDiffusivity
{
    public static string Name => "total-variation";

    public static int Degree => 0;

    public static double Energy(double z) => CharbonnierDiffusivity.Energy(z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z) => CharbonnierDiffusivity.Value(z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z) => CharbonnierDiffusivity.Linearize(z);
}

/// <summary><c>gamma = min(1, z^-1/2)</c>: the flux is the argument clipped to [-1, 1].</summary>
internal readonly struct HuberDiffusivity : IDiffusivity
{
    public static string Name => "huber";

    public static double SteepestDescent => 1;

    public static double Energy(double z) => z <= 1 ? z / 2 : Math.Sqrt(z) - 0.5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z) => Vector512<T>.One / Vector512.Sqrt(Vector512.MaxNative(Vector512<T>.One, z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z) =>
        (Value(z), Vector512.ConditionalSelect(Vector512.GreaterThan(z, Vector512<T>.One), Vector512<T>.Zero, Vector512<T>.One));
}

/// <summary><c>gamma = 1/(1 + z)</c>, Perona and Malik's rational diffusivity.</summary>
internal readonly struct PeronaMalikDiffusivity : IDiffusivity
{
    public static string Name => "perona-malik";

    public static double SmallestSlope => -0.125;

    public static double SteepestDescent => Math.Sqrt(3);

    public static double Energy(double z) => Log1P(z) / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z) => Vector512<T>.One / (Vector512<T>.One + z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> First, Vector512<T> Second) Values<T, D>(Vector512<T> first, Vector512<T> second)
        where D : struct, IDiffusivity => Lanes.Reciprocals(Vector512<T>.One + first, Vector512<T>.One + second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z)
    {
        // phi' = (1 - z)/(1 + z)^2, and (1 - z)/(1 + z) = 2 gamma - 1 does not overflow
        Vector512<T> g = Value(z);
        return (g, g * (g + g - Vector512<T>.One));
    }

    /// <summary>ln(1 + z) with the error of the sum taken back.</summary>
    private static double Log1P(double z)
    {
        double sum = 1 + z;
        double log = ElementaryExponential.Log(Vector512.Create(sum))[0];
        return double.IsInfinity(sum) ? log : log + ((z - (sum - 1)) / sum);
    }
}

/// <summary><c>gamma = exp(-z/2)</c>, Perona and Malik's exponential diffusivity.</summary>
internal readonly struct ExponentialDiffusivity : IDiffusivity
{
    public static string Name => "perona-malik-exponential";

    public static double SmallestSlope => -2 * Diffusivities.Exp(-1.5);

    public static double SteepestDescent => Math.Sqrt(3);

    public static double Energy(double z)
    {
        // 1 - e^-x = 2 e^(-x/2) sinh(x/2) keeps its digits near zero
        double x = Math.Min(z / 2, 100);
        return x > 1 ? 1 - Diffusivities.Exp(-x) : 2 * Diffusivities.Exp(-x / 2) * ElementaryExponential.Sinh(Vector512.Create(x / 2))[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z) => Diffusivities.Exp(z * Diffusivities.Constant<T>(-0.5));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z)
    {
        z = Vector512.MinNative(Diffusivities.Constant<T>(2000), z);
        Vector512<T> g = Value(z);
        return (g, g * (Vector512<T>.One - z));
    }
}

/// <summary><c>gamma = (1 + z)^-2</c>, of Geman and McClure's energy.</summary>
internal readonly struct GemanMcClureDiffusivity : IDiffusivity
{
    public static string Name => "geman-mcclure";

    public static double SmallestSlope => -0.25;

    public static double SteepestDescent => 1;

    public static double Energy(double z) => double.IsPositiveInfinity(z) ? 0.5 : z / (1 + z) / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z)
    {
        Vector512<T> h = Vector512<T>.One / (Vector512<T>.One + z);
        return h * h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> First, Vector512<T> Second) Values<T, D>(Vector512<T> first, Vector512<T> second)
        where D : struct, IDiffusivity
    {
        (Vector512<T> h, Vector512<T> k) = Lanes.Reciprocals(Vector512<T>.One + first, Vector512<T>.One + second);
        return (h * h, k * k);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z)
    {
        // phi' = (1 - 3 z)/(1 + z)^3, and (1 - 3 z)/(1 + z) = 4/(1 + z) - 3
        Vector512<T> h = Vector512<T>.One / (Vector512<T>.One + z);
        return (h * h, h * h * Lanes.MultiplyAdd(Diffusivities.Constant<T>(4), h, Diffusivities.Constant<T>(-3)));
    }
}

/// <summary><c>gamma = max(1 - z, 0)^2</c>, Tukey's biweight.</summary>
internal readonly struct TukeyDiffusivity : IDiffusivity
{
    public static string Name => "tukey";

    public static double SmallestSlope => -0.8;

    public static double SteepestDescent => Math.Sqrt(0.6);

    public static double Energy(double z)
    {
        double y = Math.Min(z, 1);
        return y * (3 - (y * (3 - y))) / 6; // (1 - (1 - y)^3)/6
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Value<T>(Vector512<T> z)
    {
        Vector512<T> a = Vector512.MaxNative(Vector512<T>.Zero, Vector512<T>.One - z);
        return a * a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z)
    {
        // phi' = (1 - z) (1 - 5 z)
        Vector512<T> a = Vector512.MaxNative(Vector512<T>.Zero, Vector512<T>.One - z);
        return (a * a, a * Lanes.MultiplyAdd(Diffusivities.Constant<T>(5), a, Diffusivities.Constant<T>(-4)));
    }
}
