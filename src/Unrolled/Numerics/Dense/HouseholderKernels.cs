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
    /// <param name="columns">The columns, one after the other, as long as <paramref name="x"/>.</param>
    public static void Reflect(ReadOnlySpan<double> x, double head, double factor, Span<double> heads, Span<double> columns)
    {
        int m = x.Length, whole = m & -Vector512<double>.Count, j = 0;
        ref double x0 = ref MemoryMarshal.GetReference(x);
        for (; j + 4 <= heads.Length; j += 4)
        {
            Span<double> four = columns.Slice(j * m, 4 * m);
            ref double b0 = ref four[0], b1 = ref four[m], b2 = ref four[2 * m], b3 = ref four[3 * m];
            Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector512<double>.Count)
            {
                Vector512<double> v = Vector512.LoadUnsafe(ref x0, i);
                s0 = Lanes.MultiplyAdd(v, Vector512.LoadUnsafe(ref b0, i), s0);
                s1 = Lanes.MultiplyAdd(v, Vector512.LoadUnsafe(ref b1, i), s1);
                s2 = Lanes.MultiplyAdd(v, Vector512.LoadUnsafe(ref b2, i), s2);
                s3 = Lanes.MultiplyAdd(v, Vector512.LoadUnsafe(ref b3, i), s3);
            }

            double f0 = factor * ((head * heads[j]) + Tail(x, four[..m], whole, Lanes.Sum(s0)));
            double f1 = factor * ((head * heads[j + 1]) + Tail(x, four.Slice(m, m), whole, Lanes.Sum(s1)));
            double f2 = factor * ((head * heads[j + 2]) + Tail(x, four.Slice(2 * m, m), whole, Lanes.Sum(s2)));
            double f3 = factor * ((head * heads[j + 3]) + Tail(x, four.Slice(3 * m, m), whole, Lanes.Sum(s3)));
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
                four[i] += x[i] * f0;
                four[m + i] += x[i] * f1;
                four[(2 * m) + i] += x[i] * f2;
                four[(3 * m) + i] += x[i] * f3;
            }
        }

        for (; j < heads.Length; j++)
        {
            Span<double> column = columns.Slice(j * m, m);
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
