using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Sparse products over batches: every output is one chain of fused operations along its row, from left to right.</summary>
internal static class SparseKernels
{
    /// <summary><c>destination = A x</c> for every instance.</summary>
    public static void Multiply(SparseMatrix a, Batch x, Batch destination)
    {
        ReadOnlySpan<int> start = a.RowStart, columns = a.ColumnIndices;
        ref double values = ref MemoryMarshal.GetReference(a.Values);
        ref double xr = ref MemoryMarshal.GetReference(x.Values), yr = ref MemoryMarshal.GetReference(destination.Values);
        nuint instances = (nuint)x.Instances;
        for (int i = 0; i < a.Rows; i++)
        {
            int from = start[i], to = start[i + 1];
            ref double y = ref Unsafe.Add(ref yr, (nuint)i * instances);
            nuint s = 0;
            for (; s + 8 <= instances; s += 8)
            {
                Vector512<double> sum = default;
                for (int k = from; k < to; k++)
                {
                    Vector512<double> xk = Vector512.LoadUnsafe(ref xr, ((nuint)columns[k] * instances) + s);
                    sum = Lanes.MultiplyAdd(Vector512.Create(Unsafe.Add(ref values, k)), xk, sum);
                }

                sum.StoreUnsafe(ref y, s);
            }

            for (; s < instances; s++)
            {
                double sum = 0;
                for (int k = from; k < to; k++)
                {
                    sum = Math.FusedMultiplyAdd(Unsafe.Add(ref values, k), Unsafe.Add(ref xr, ((nuint)columns[k] * instances) + s), sum);
                }

                Unsafe.Add(ref y, s) = sum;
            }
        }
    }

    /// <summary>
    /// <c>destination[:, s] = A[s] x[:, s]</c>: one pattern, one column of values per instance (entry <c>k</c> of instance
    /// <c>s</c> at component <c>k</c>).
    /// </summary>
    public static void MultiplyEach(SparseMatrix pattern, Batch entries, Batch x, Batch destination)
    {
        ReadOnlySpan<int> start = pattern.RowStart, columns = pattern.ColumnIndices;
        ref double values = ref MemoryMarshal.GetReference(entries.Values);
        ref double xr = ref MemoryMarshal.GetReference(x.Values), yr = ref MemoryMarshal.GetReference(destination.Values);
        nuint instances = (nuint)x.Instances;
        for (int i = 0; i < pattern.Rows; i++)
        {
            int from = start[i], to = start[i + 1];
            ref double y = ref Unsafe.Add(ref yr, (nuint)i * instances);
            nuint s = 0;
            for (; s + 8 <= instances; s += 8)
            {
                Vector512<double> sum = default;
                for (int k = from; k < to; k++)
                {
                    Vector512<double> xk = Vector512.LoadUnsafe(ref xr, ((nuint)columns[k] * instances) + s);
                    sum = Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref values, ((nuint)k * instances) + s), xk, sum);
                }

                sum.StoreUnsafe(ref y, s);
            }

            for (; s < instances; s++)
            {
                double sum = 0;
                for (int k = from; k < to; k++)
                {
                    sum = Math.FusedMultiplyAdd(
                        Unsafe.Add(ref values, ((nuint)k * instances) + s), Unsafe.Add(ref xr, ((nuint)columns[k] * instances) + s), sum);
                }

                Unsafe.Add(ref y, s) = sum;
            }
        }
    }
}
