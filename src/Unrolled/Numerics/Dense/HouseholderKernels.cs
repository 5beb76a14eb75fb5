using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Reflections of many columns at once, four columns side by side so that the reflecting vector is loaded once.</summary>
internal static class HouseholderKernels
{
    /// <summary>
    /// For every column (h_j; B_j) below and right of a pivot: subtract its part along the vector (head; x),
    /// <c>f = factor * (head h_j + x'B_j)</c>, <c>h_j += head f</c>, <c>B_j += x f</c>.
    /// </summary>
    /// <param name="x">The part of the vector in the block.</param>
    /// <param name="head">Its entry in the pivot row.</param>
    /// <param name="factor">Minus two over the square of its norm.</param>
    /// <param name="heads">The entries of the columns in the pivot row.</param>
    /// <param name="columns">The columns, of which as many numbers count as <paramref name="x"/> has.</param>
    /// <param name="stride">The distance of columns.</param>
    public static void Reflect(ReadOnlySpan<double> x, double head, double factor, Span<double> heads, Span<double> columns, int stride)
    {
        int m = x.Length, whole = m & -Vector512<double>.Count, j = 0;
        ref double x0 = ref MemoryMarshal.GetReference(x);
        for (; j + 4 <= heads.Length; j += 4)
        {
            Span<double> c0 = columns.Slice(j * stride, m), c1 = columns.Slice((j + 1) * stride, m);
            Span<double> c2 = columns.Slice((j + 2) * stride, m), c3 = columns.Slice((j + 3) * stride, m);
            ref double b0 = ref c0[0], b1 = ref c1[0], b2 = ref c2[0], b3 = ref c3[0];
            Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector512<double>.Count)
            {
                Vector512<double> v = Vector512.LoadUnsafe(ref x0, i);
                s0 = Lanes.MultiplyAdd(v, Vector512.LoadUnsafe(ref b0, i), s0);
                s1 = Lanes.MultiplyAdd(v, Vector512.LoadUnsafe(ref b1, i), s1);
                s2 = Lanes.MultiplyAdd(v, Vector512.LoadUnsafe(ref b2, i), s2);
                s3 = Lanes.MultiplyAdd(v, Vector512.LoadUnsafe(ref b3, i), s3);
            }

            double f0 = factor * ((head * heads[j]) + Tail(x, c0, whole, Lanes.Sum(s0)));
            double f1 = factor * ((head * heads[j + 1]) + Tail(x, c1, whole, Lanes.Sum(s1)));
            double f2 = factor * ((head * heads[j + 2]) + Tail(x, c2, whole, Lanes.Sum(s2)));
            double f3 = factor * ((head * heads[j + 3]) + Tail(x, c3, whole, Lanes.Sum(s3)));
            heads[j] += head * f0;
            heads[j + 1] += head * f1;
            heads[j + 2] += head * f2;
            heads[j + 3] += head * f3;
            Vector512<double> g0 = Vector512.Create(f0), g1 = Vector512.Create(f1), g2 = Vector512.Create(f2), g3 = Vector512.Create(f3);
            for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector512<double>.Count)
            {
                Vector512<double> v = Vector512.LoadUnsafe(ref x0, i);
                Lanes.MultiplyAdd(v, g0, Vector512.LoadUnsafe(ref b0, i)).StoreUnsafe(ref b0, i);
                Lanes.MultiplyAdd(v, g1, Vector512.LoadUnsafe(ref b1, i)).StoreUnsafe(ref b1, i);
                Lanes.MultiplyAdd(v, g2, Vector512.LoadUnsafe(ref b2, i)).StoreUnsafe(ref b2, i);
                Lanes.MultiplyAdd(v, g3, Vector512.LoadUnsafe(ref b3, i)).StoreUnsafe(ref b3, i);
            }

            for (int i = whole; i < m; i++)
            {
                c0[i] += x[i] * f0;
                c1[i] += x[i] * f1;
                c2[i] += x[i] * f2;
                c3[i] += x[i] * f3;
            }
        }

        for (; j < heads.Length; j++)
        {
            Span<double> column = columns.Slice(j * stride, m);
            double f = factor * ((head * heads[j]) + RowOperations.Dot(x, column));
            heads[j] += head * f;
            RowOperations.AddScaled(f, x, column);
        }
    }

    private static double Tail(ReadOnlySpan<double> x, ReadOnlySpan<double> column, int from, double sum)
    {
        for (int i = from; i < x.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(x[i], column[i], sum);
        }

        return sum;
    }
}
