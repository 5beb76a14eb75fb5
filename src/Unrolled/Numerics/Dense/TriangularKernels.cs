using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Substitution with sparse triangles over batches: every unknown is one chain of fused operations along its row, from
/// left to right, so the bits of an instance depend on it alone.
/// </summary>
internal static class TriangularKernels
{
    /// <summary>Solves <c>(D + L) z = r</c> from the first row to the last; <paramref name="z"/> may be <paramref name="r"/>.</summary>
    /// <param name="lower">The strict lower triangle <c>L</c>.</param>
    /// <param name="inverseDiagonal"><c>D^-1</c>; empty for the unit diagonal.</param>
    /// <param name="r">The right-hand sides.</param>
    /// <param name="z">The solutions.</param>
    public static void SolveLower(SparseMatrix lower, ReadOnlySpan<double> inverseDiagonal, Batch r, Batch z)
    {
        for (int i = 0; i < lower.Rows; i++)
        {
            SolveRow(lower, i, inverseDiagonal, r, z);
        }
    }

    /// <summary>Solves <c>(D + U) z = r</c> from the last row to the first, with the strict upper triangle <c>U</c>.</summary>
    public static void SolveUpper(SparseMatrix upper, ReadOnlySpan<double> inverseDiagonal, Batch r, Batch z)
    {
        for (int i = upper.Rows - 1; i >= 0; i--)
        {
            SolveRow(upper, i, inverseDiagonal, r, z);
        }
    }

    /// <summary><c>destination[:, s] = d[:, s] x[:, s]</c>, with one <c>d</c> for all instances where it has one column.</summary>
    public static void Scale(Batch d, Batch x, Batch destination)
    {
        if (d.Instances == x.Instances)
        {
            Kernels.Multiply<double>(d.Values, x.Values, destination.Values);
            return;
        }

        for (int i = 0; i < x.Components; i++)
        {
            Kernels.Multiply(d[i, 0], x.Row(i), destination.Row(i));
        }
    }

    private static void SolveRow(SparseMatrix triangle, int i, ReadOnlySpan<double> inverseDiagonal, Batch r, Batch z)
    {
        int from = triangle.RowStart[i], to = triangle.RowStart[i + 1];
        ref int columns = ref MemoryMarshal.GetReference(triangle.ColumnIndices);
        ref double values = ref MemoryMarshal.GetReference(triangle.Values), zr = ref MemoryMarshal.GetReference(z.Values);
        nuint instances = (nuint)z.Instances, s = 0, at = (nuint)i * instances;
        ref double ri = ref Unsafe.Add(ref MemoryMarshal.GetReference(r.Values), at), zi = ref Unsafe.Add(ref zr, at);
        double inverse = inverseDiagonal.IsEmpty ? 1 : inverseDiagonal[i];
        for (; s + 8 <= instances; s += 8)
        {
            Vector512<double> sum = Vector512.LoadUnsafe(ref ri, s);
            for (int k = from; k < to; k++)
            {
                Vector512<double> zk = Vector512.LoadUnsafe(ref zr, ((nuint)Unsafe.Add(ref columns, k) * instances) + s);
                sum = Lanes.MultiplyAdd(Vector512.Create(-Unsafe.Add(ref values, k)), zk, sum);
            }

            (sum * Vector512.Create(inverse)).StoreUnsafe(ref zi, s);
        }

        for (; s < instances; s++)
        {
            double sum = Unsafe.Add(ref ri, s);
            for (int k = from; k < to; k++)
            {
                double zk = Unsafe.Add(ref zr, ((nuint)Unsafe.Add(ref columns, k) * instances) + s);
                sum = Math.FusedMultiplyAdd(-Unsafe.Add(ref values, k), zk, sum);
            }

            Unsafe.Add(ref zi, s) = sum * inverse;
        }
    }
}
