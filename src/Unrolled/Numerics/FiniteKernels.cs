using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Tells whether numbers are finite.</summary>
internal static class FiniteKernels
{
    /// <summary>Whether no number is infinite or undefined: <c>x - x</c> is zero exactly for finite numbers.</summary>
    public static bool AllFinite(ReadOnlySpan<double> x)
    {
        ReadOnlySpan<Vector512<double>> vectors = MemoryMarshal.Cast<double, Vector512<double>>(x);
        foreach (Vector512<double> v in vectors)
        {
            if (!Vector512.EqualsAll(v - v, Vector512<double>.Zero))
            {
                return false;
            }
        }

        foreach (double v in x[(vectors.Length * Vector512<double>.Count)..])
        {
            if (!double.IsFinite(v))
            {
                return false;
            }
        }

        return true;
    }
}
