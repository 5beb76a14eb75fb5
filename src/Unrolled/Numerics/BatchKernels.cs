using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Kernels over batches with one scalar per instance. The bits of an instance depend neither on how many instances
/// stand beside it nor on the register width: a batch of one runs the contiguous kernels of <see cref="Kernels"/>, and
/// wider batches round in the same order, lane <c>i mod 8</c> of the contiguous sum being the accumulator
/// <c>i mod 8</c> here.
/// </summary>
/// <remarks>A destination may be one of the sources. Shapes are trusted: guards stand at the public entries.</remarks>
internal static class BatchKernels
{
    /// <summary>2^-900: below it the squares of a vector's smaller numbers may have vanished.</summary>
    private const double LeastSquare = 1.1830521861667747e-271;

    /// <summary><c>destination[:, s] = x[:, s] + a[s] y[:, s]</c>.</summary>
    public static void MultiplyAdd(ReadOnlySpan<double> a, Batch y, Batch x, Batch destination)
    {
        if (x.Instances == 1)
        {
            Kernels.MultiplyAdd(a[0], y.Values, x.Values, destination.Values);
            return;
        }

        for (int i = 0; i < x.Components; i++)
        {
            Kernels.MultiplyAdd(a, y.Row(i), x.Row(i), destination.Row(i));
        }
    }

    /// <summary><c>destination[:, s] = x[:, s] - a[s] y[:, s]</c>.</summary>
    public static void MultiplySubtract(ReadOnlySpan<double> a, Batch y, Batch x, Batch destination)
    {
        if (x.Instances == 1)
        {
            Kernels.MultiplyAdd(-a[0], y.Values, x.Values, destination.Values);
            return;
        }

        for (int i = 0; i < x.Components; i++)
        {
            SubtractRow(a, y.Row(i), x.Row(i), destination.Row(i));
        }
    }

    /// <summary>
    /// <c>x[i, s] -= sum_r a[r, s] y[i r, s]</c>, term by term with one rounding each: <c>a</c> is (rank, instances), <c>y</c> is
    /// (components rank, instances) with the terms of a component side by side.
    /// </summary>
    public static void SubtractCombination(ReadOnlySpan<double> a, Batch y, int rank, Batch x)
    {
        ref double ar = ref MemoryMarshal.GetReference(a), yr = ref MemoryMarshal.GetReference(y.Values), xr = ref MemoryMarshal.GetReference(x.Values);
        nuint instances = (nuint)x.Instances, components = (nuint)x.Components, terms = (nuint)rank, s = 0;
        for (; s + 8 <= instances; s += 8)
        {
            nuint at = s;
            for (nuint i = 0, row = s; i < components; i++, row += instances)
            {
                Vector512<double> sum = Vector512.LoadUnsafe(ref xr, row);
                for (nuint r = 0, weight = s; r < terms; r++, weight += instances, at += instances)
                {
                    sum = Lanes.MultiplyAdd(-Vector512.LoadUnsafe(ref ar, weight), Vector512.LoadUnsafe(ref yr, at), sum);
                }

                sum.StoreUnsafe(ref xr, row);
            }
        }

        for (; s < instances; s++)
        {
            nuint at = s;
            for (nuint i = 0, row = s; i < components; i++, row += instances)
            {
                double sum = Unsafe.Add(ref xr, row);
                for (nuint r = 0, weight = s; r < terms; r++, weight += instances, at += instances)
                {
                    sum = Math.FusedMultiplyAdd(-Unsafe.Add(ref ar, weight), Unsafe.Add(ref yr, at), sum);
                }

                Unsafe.Add(ref xr, row) = sum;
            }
        }
    }

    /// <summary>
    /// <c>destination[:, s] = x[:, s] - a[s] y[:, s]</c> where <c>a[s]</c> is not 0, else <c>x[:, s]</c> with its bits, whatever
    /// stands in <c>y</c>: an instance cannot tell whether it was left out or nobody was asked.
    /// </summary>
    public static void MultiplySubtractNonzero(ReadOnlySpan<double> a, Batch y, Batch x, Batch destination)
    {
        ref double ar = ref MemoryMarshal.GetReference(a), yr = ref MemoryMarshal.GetReference(y.Values);
        ref double xr = ref MemoryMarshal.GetReference(x.Values), dr = ref MemoryMarshal.GetReference(destination.Values);
        nuint instances = (nuint)x.Instances, length = (nuint)x.Length;
        if (instances == 1)
        {
            if (a[0] == 0)
            {
                x.Values.CopyTo(destination.Values);
            }
            else
            {
                Kernels.MultiplyAdd(-a[0], y.Values, x.Values, destination.Values);
            }

            return;
        }

        for (nuint row = 0; row < length; row += instances)
        {
            nuint s = 0;
            for (; s + 8 <= instances; s += 8)
            {
                Vector512<double> av = Vector512.LoadUnsafe(ref ar, s), xv = Vector512.LoadUnsafe(ref xr, row + s);
                Vector512<double> difference = Lanes.MultiplyAdd(-av, Vector512.LoadUnsafe(ref yr, row + s), xv);
                Vector512.ConditionalSelect(Vector512.Equals(av, Vector512<double>.Zero), xv, difference).StoreUnsafe(ref dr, row + s);
            }

            for (; s < instances; s++)
            {
                double scale = Unsafe.Add(ref ar, s), value = Unsafe.Add(ref xr, row + s);
                Unsafe.Add(ref dr, row + s) = scale == 0 ? value : Math.FusedMultiplyAdd(-scale, Unsafe.Add(ref yr, row + s), value);
            }
        }
    }

    /// <summary><c>destination[:, s] = a[s] x[:, s]</c>.</summary>
    public static void Multiply(ReadOnlySpan<double> a, Batch x, Batch destination)
    {
        if (x.Instances == 1)
        {
            Kernels.Multiply(a[0], x.Values, destination.Values);
            return;
        }

        for (int i = 0; i < x.Components; i++)
        {
            Kernels.Multiply<double>(a, x.Row(i), destination.Row(i));
        }
    }

    /// <summary><c>result[s] = x[:, s] . y[:, s]</c>.</summary>
    public static void Dot(Batch x, Batch y, Span<double> result)
    {
        if (x.Instances == 1)
        {
            result[0] = Kernels.Dot<double>(x.Values, y.Values);
            return;
        }

        ref double xr = ref MemoryMarshal.GetReference(x.Values), yr = ref MemoryMarshal.GetReference(y.Values);
        nuint instances = (nuint)x.Instances, components = (nuint)x.Components, s = 0;
        for (; s + 8 <= instances; s += 8)
        {
            DotOfEight(ref xr, ref yr, s, components, instances).StoreUnsafe(ref MemoryMarshal.GetReference(result), s);
        }

        for (; s < instances; s++)
        {
            result[(int)s] = DotOfOne(ref xr, ref yr, s, components, instances);
        }
    }

    /// <summary>
    /// <c>result[s] = sqrt(x[:, s] . x[:, s])</c>, scaled where the squares leave the range of numbers: a norm is 0 for
    /// the zero vector only, so that nothing small passes for solved.
    /// </summary>
    public static void Norm(Batch x, Span<double> result)
    {
        Dot(x, x, result);
        for (int s = 0; s < result.Length; s++)
        {
            result[s] = result[s] is < LeastSquare or double.PositiveInfinity ? ScaledNorm(x, s) : Math.Sqrt(result[s]);
        }
    }

    private static double ScaledNorm(Batch x, int s)
    {
        double largest = 0;
        for (int i = 0; i < x.Components; i++)
        {
            largest = Math.Max(largest, Math.Abs(x[i, s]));
        }

        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        int exponent = Math.ILogB(largest);
        double sum = 0;
        for (int i = 0; i < x.Components; i++)
        {
            double scaled = Math.ScaleB(x[i, s], -exponent);
            sum = Math.FusedMultiplyAdd(scaled, scaled, sum);
        }

        return Math.ScaleB(Math.Sqrt(sum), exponent);
    }

    private static void SubtractRow(ReadOnlySpan<double> a, ReadOnlySpan<double> y, ReadOnlySpan<double> x, Span<double> destination)
    {
        ref double ar = ref Kernels.Start(a, destination.Length), yr = ref Kernels.Start(y, destination.Length);
        ref double xr = ref Kernels.Start(x, destination.Length), dr = ref MemoryMarshal.GetReference(destination);
        nuint s = 0, n = (nuint)destination.Length;
        for (; s + 8 <= n; s += 8)
        {
            Lanes.MultiplyAdd(-Vector512.LoadUnsafe(ref ar, s), Vector512.LoadUnsafe(ref yr, s), Vector512.LoadUnsafe(ref xr, s))
                .StoreUnsafe(ref dr, s);
        }

        for (; s < n; s++)
        {
            Unsafe.Add(ref dr, s) = Math.FusedMultiplyAdd(-Unsafe.Add(ref ar, s), Unsafe.Add(ref yr, s), Unsafe.Add(ref xr, s));
        }
    }

    private static Vector512<double> DotOfEight(ref double x, ref double y, nuint s, nuint components, nuint stride)
    {
        Vector512<double> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        nuint i = 0, at = s;
        for (; i + 8 <= components; i += 8)
        {
            a0 = Accumulate(ref x, ref y, at, a0);
            a1 = Accumulate(ref x, ref y, at + stride, a1);
            a2 = Accumulate(ref x, ref y, at + (2 * stride), a2);
            a3 = Accumulate(ref x, ref y, at + (3 * stride), a3);
            a4 = Accumulate(ref x, ref y, at + (4 * stride), a4);
            a5 = Accumulate(ref x, ref y, at + (5 * stride), a5);
            a6 = Accumulate(ref x, ref y, at + (6 * stride), a6);
            a7 = Accumulate(ref x, ref y, at + (7 * stride), a7);
            at += 8 * stride;
        }

        nuint rest = components - i;
        a0 = rest > 0 ? Accumulate(ref x, ref y, at, a0) : a0;
        a1 = rest > 1 ? Accumulate(ref x, ref y, at + stride, a1) : a1;
        a2 = rest > 2 ? Accumulate(ref x, ref y, at + (2 * stride), a2) : a2;
        a3 = rest > 3 ? Accumulate(ref x, ref y, at + (3 * stride), a3) : a3;
        a4 = rest > 4 ? Accumulate(ref x, ref y, at + (4 * stride), a4) : a4;
        a5 = rest > 5 ? Accumulate(ref x, ref y, at + (5 * stride), a5) : a5;
        a6 = rest > 6 ? Accumulate(ref x, ref y, at + (6 * stride), a6) : a6;
        return ((a0 + a4) + (a2 + a6)) + ((a1 + a5) + (a3 + a7));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Accumulate(ref double x, ref double y, nuint at, Vector512<double> sum) =>
        Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref x, at), Vector512.LoadUnsafe(ref y, at), sum);

    private static double DotOfOne(ref double x, ref double y, nuint s, nuint components, nuint stride)
    {
        Span<double> a = stackalloc double[8];
        a.Clear();
        nuint at = s;
        for (nuint i = 0; i < components; i++, at += stride)
        {
            int lane = (int)(i % 8);
            a[lane] = Math.FusedMultiplyAdd(Unsafe.Add(ref x, at), Unsafe.Add(ref y, at), a[lane]);
        }

        return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
    }
}
