using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Dense products <c>Y = A X</c> over batches. Every output is one chain of fused operations over the columns of
/// <c>A</c> from left to right, so the bits depend neither on the blocking nor on how many instances stand side by side.
/// </summary>
internal static class MatrixKernels
{
    /// <summary><c>destination = A x</c> with one row-major matrix for all instances.</summary>
    public static void Multiply(ReadOnlySpan<double> a, int rows, int columns, Batch x, Batch destination)
    {
        ref double ar = ref MemoryMarshal.GetReference(a);
        ref double xr = ref MemoryMarshal.GetReference(x.Values), yr = ref MemoryMarshal.GetReference(destination.Values);
        nuint instances = (nuint)x.Instances, k = (nuint)columns, s = 0;
        for (; s + 24 <= instances; s += 24)
        {
            Columns24(ref ar, rows, k, ref xr, ref yr, s, instances);
        }

        for (; s + 8 <= instances; s += 8)
        {
            Columns8(ref ar, rows, k, ref xr, ref yr, s, instances);
        }

        for (; s < instances; s++)
        {
            for (int i = 0; i < rows; i++)
            {
                double sum = 0;
                for (nuint j = 0; j < k; j++)
                {
                    sum = Math.FusedMultiplyAdd(Unsafe.Add(ref ar, ((nuint)i * k) + j), Unsafe.Add(ref xr, (j * instances) + s), sum);
                }

                Unsafe.Add(ref yr, ((nuint)i * instances) + s) = sum;
            }
        }
    }

    /// <summary><c>destination[:, s] = A[s] x[:, s]</c>, one matrix per instance.</summary>
    public static void MultiplyEach(Batch a, int rows, int columns, Batch x, Batch destination)
    {
        ref double ar = ref MemoryMarshal.GetReference(a.Values);
        ref double xr = ref MemoryMarshal.GetReference(x.Values), yr = ref MemoryMarshal.GetReference(destination.Values);
        nuint instances = (nuint)x.Instances, k = (nuint)columns, s = 0;
        for (; s + 8 <= instances; s += 8)
        {
            for (nuint i = 0; i < (nuint)rows; i++)
            {
                Vector512<double> sum = default;
                nuint at = (i * k * instances) + s;
                for (nuint j = 0; j < k; j++, at += instances)
                {
                    sum = Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref ar, at), Vector512.LoadUnsafe(ref xr, (j * instances) + s), sum);
                }

                sum.StoreUnsafe(ref yr, (i * instances) + s);
            }
        }

        for (; s < instances; s++)
        {
            for (nuint i = 0; i < (nuint)rows; i++)
            {
                double sum = 0;
                nuint at = (i * k * instances) + s;
                for (nuint j = 0; j < k; j++, at += instances)
                {
                    sum = Math.FusedMultiplyAdd(Unsafe.Add(ref ar, at), Unsafe.Add(ref xr, (j * instances) + s), sum);
                }

                Unsafe.Add(ref yr, (i * instances) + s) = sum;
            }
        }
    }

    /// <summary>24 instances: tiles of 6 rows by 3 registers, 18 sums in flight.</summary>
    private static void Columns24(ref double a, int rows, nuint k, ref double x, ref double y, nuint s, nuint stride)
    {
        int i = 0;
        for (; i + 6 <= rows; i += 6)
        {
            Tile6By3(ref Unsafe.Add(ref a, (nuint)i * k), k, ref Unsafe.Add(ref x, s), ref Unsafe.Add(ref y, ((nuint)i * stride) + s), stride);
        }

        for (; i < rows; i++)
        {
            Tile1By3(ref Unsafe.Add(ref a, (nuint)i * k), k, ref Unsafe.Add(ref x, s), ref Unsafe.Add(ref y, ((nuint)i * stride) + s), stride);
        }
    }

    /// <summary>8 instances: tiles of 8 rows by one register.</summary>
    private static void Columns8(ref double a, int rows, nuint k, ref double x, ref double y, nuint s, nuint stride)
    {
        int i = 0;
        for (; i + 5 <= rows; i += 5)
        {
            Tile5By1(ref Unsafe.Add(ref a, (nuint)i * k), k, ref Unsafe.Add(ref x, s), ref Unsafe.Add(ref y, ((nuint)i * stride) + s), stride);
        }

        for (; i < rows; i++)
        {
            Vector512<double> sum = default;
            for (nuint j = 0; j < k; j++)
            {
                sum = Lanes.MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, ((nuint)i * k) + j)), Vector512.LoadUnsafe(ref x, (j * stride) + s), sum);
            }

            sum.StoreUnsafe(ref y, ((nuint)i * stride) + s);
        }
    }

    private static void Tile6By3(ref double a, nuint k, ref double x, ref double y, nuint stride)
    {
        Vector512<double> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector512<double> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        Vector512<double> c40 = default, c41 = default, c42 = default, c50 = default, c51 = default, c52 = default;
        ref double xj = ref x;
        for (nuint j = 0; j < k; j++)
        {
            Vector512<double> x0 = Vector512.LoadUnsafe(ref xj), x1 = Vector512.LoadUnsafe(ref xj, 8), x2 = Vector512.LoadUnsafe(ref xj, 16);
            Vector512<double> a0 = Vector512.Create(Unsafe.Add(ref a, j));
            c00 = Lanes.MultiplyAdd(a0, x0, c00);
            c01 = Lanes.MultiplyAdd(a0, x1, c01);
            c02 = Lanes.MultiplyAdd(a0, x2, c02);
            Vector512<double> a1 = Vector512.Create(Unsafe.Add(ref a, j + k));
            c10 = Lanes.MultiplyAdd(a1, x0, c10);
            c11 = Lanes.MultiplyAdd(a1, x1, c11);
            c12 = Lanes.MultiplyAdd(a1, x2, c12);
            Vector512<double> a2 = Vector512.Create(Unsafe.Add(ref a, j + (2 * k)));
            c20 = Lanes.MultiplyAdd(a2, x0, c20);
            c21 = Lanes.MultiplyAdd(a2, x1, c21);
            c22 = Lanes.MultiplyAdd(a2, x2, c22);
            Vector512<double> a3 = Vector512.Create(Unsafe.Add(ref a, j + (3 * k)));
            c30 = Lanes.MultiplyAdd(a3, x0, c30);
            c31 = Lanes.MultiplyAdd(a3, x1, c31);
            c32 = Lanes.MultiplyAdd(a3, x2, c32);
            Vector512<double> a4 = Vector512.Create(Unsafe.Add(ref a, j + (4 * k)));
            c40 = Lanes.MultiplyAdd(a4, x0, c40);
            c41 = Lanes.MultiplyAdd(a4, x1, c41);
            c42 = Lanes.MultiplyAdd(a4, x2, c42);
            Vector512<double> a5 = Vector512.Create(Unsafe.Add(ref a, j + (5 * k)));
            c50 = Lanes.MultiplyAdd(a5, x0, c50);
            c51 = Lanes.MultiplyAdd(a5, x1, c51);
            c52 = Lanes.MultiplyAdd(a5, x2, c52);
            xj = ref Unsafe.Add(ref xj, stride);
        }

        Store3(ref y, c00, c01, c02);
        Store3(ref Unsafe.Add(ref y, stride), c10, c11, c12);
        Store3(ref Unsafe.Add(ref y, 2 * stride), c20, c21, c22);
        Store3(ref Unsafe.Add(ref y, 3 * stride), c30, c31, c32);
        Store3(ref Unsafe.Add(ref y, 4 * stride), c40, c41, c42);
        Store3(ref Unsafe.Add(ref y, 5 * stride), c50, c51, c52);
    }

    private static void Tile1By3(ref double a, nuint k, ref double x, ref double y, nuint stride)
    {
        Vector512<double> c0 = default, c1 = default, c2 = default;
        ref double xj = ref x;
        for (nuint j = 0; j < k; j++)
        {
            Vector512<double> aj = Vector512.Create(Unsafe.Add(ref a, j));
            c0 = Lanes.MultiplyAdd(aj, Vector512.LoadUnsafe(ref xj), c0);
            c1 = Lanes.MultiplyAdd(aj, Vector512.LoadUnsafe(ref xj, 8), c1);
            c2 = Lanes.MultiplyAdd(aj, Vector512.LoadUnsafe(ref xj, 16), c2);
            xj = ref Unsafe.Add(ref xj, stride);
        }

        Store3(ref y, c0, c1, c2);
    }

    private static void Tile5By1(ref double a, nuint k, ref double x, ref double y, nuint stride)
    {
        Vector512<double> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default;
        ref double xj = ref x;
        for (nuint j = 0; j < k; j++)
        {
            Vector512<double> x0 = Vector512.LoadUnsafe(ref xj);
            c0 = Lanes.MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, j)), x0, c0);
            c1 = Lanes.MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, j + k)), x0, c1);
            c2 = Lanes.MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, j + (2 * k))), x0, c2);
            c3 = Lanes.MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, j + (3 * k))), x0, c3);
            c4 = Lanes.MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, j + (4 * k))), x0, c4);
            xj = ref Unsafe.Add(ref xj, stride);
        }

        c0.StoreUnsafe(ref y);
        c1.StoreUnsafe(ref y, stride);
        c2.StoreUnsafe(ref y, 2 * stride);
        c3.StoreUnsafe(ref y, 3 * stride);
        c4.StoreUnsafe(ref y, 4 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store3(ref double y, Vector512<double> c0, Vector512<double> c1, Vector512<double> c2)
    {
        c0.StoreUnsafe(ref y);
        c1.StoreUnsafe(ref y, 8);
        c2.StoreUnsafe(ref y, 16);
    }
}
