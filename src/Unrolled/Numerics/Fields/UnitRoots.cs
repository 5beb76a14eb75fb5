using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>The roots of unity <c>exp(2 pi i k/m)</c>, with the same bits on every machine.</summary>
internal static class UnitRoots
{
    /// <summary>All of them, <c>k = 0, ..., m - 1</c>.</summary>
    public static (double[] Cosines, double[] Sines) Of(int m)
    {
        double[] cosines = new double[m], sines = new double[m];
        for (int k = 0; k < m; k++)
        {
            (Vector512<double> sine, Vector512<double> cosine) = ElementaryTrigonometric.SinCos(Vector512.Create(2 * Math.PI * k / m));
            (cosines[k], sines[k]) = (cosine[0], sine[0]);
        }

        return (cosines, sines);
    }
}
