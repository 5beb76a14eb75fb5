using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Solves many small systems A x = b of equal size by Gaussian elimination with partial pivoting, vectorized over the
/// systems (instances).
/// </summary>
/// <remarks>
/// <para>Instances are innermost: entry (i, j) of instance s is at <c>[(i * m + j) * instances + s]</c>, component i of its
/// right-hand side at <c>[i * instances + s]</c>. Eight instances at a time are copied to the scratch memory, solved there
/// and written back before the next eight are read. Each has its own pivots, chosen by comparison and selection.</para>
/// <para>An instance does not see its neighbours: its bits do not depend on how a batch is split. The last, incomplete
/// group of eight is filled up with zeros and goes the same way.</para>
/// <para>Work 2/3 m^3 operations per instance; no memory is allocated. For one large system use
/// <see cref="LuFactorization"/>, whose rounding errors differ. Concurrent calls need separate scratch memory.</para>
/// <para>Reference: Golub and Van Loan, Matrix Computations, 4th ed., algorithm 3.4.1.</para>
/// </remarks>
public static class BatchedLu
{
    private const int Width = 8;

    /// <summary>Number of doubles of scratch memory for systems of <paramref name="m"/> equations: 8 (m^2 + m).</summary>
    public static int ScratchLength(int m) => checked(Width * m * (m + 1));

    /// <summary>Replaces every right-hand side by the solution of its system.</summary>
    /// <param name="matrices">The matrices, m * m * instances entries; left unchanged.</param>
    /// <param name="rightHandSides">The right-hand sides, m * instances entries; receives the solutions.</param>
    /// <param name="m">Number of equations of each system.</param>
    /// <param name="instances">Number of systems; may be 0.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> doubles, overwritten.</param>
    /// <param name="singular">
    /// For every instance: true when a pivot was exactly zero or not finite. Its solution is then NaN throughout.
    /// </param>
    /// <returns>The number of singular instances.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static int Solve(
        ReadOnlySpan<double> matrices, Span<double> rightHandSides, int m, int instances, Span<double> scratch, Span<bool> singular)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(instances);
        Fits(matrices.Length, (long)m * m * instances, nameof(matrices));
        Fits(rightHandSides.Length, (long)m * instances, nameof(rightHandSides));
        Fits(singular.Length, instances, nameof(singular));
        if (scratch.Length < ScratchLength(m))
        {
            throw new ArgumentException($"scratch has {scratch.Length} entries, {ScratchLength(m)} are needed", nameof(scratch));
        }

        // Rows of the augmented matrix [A | b], one vector of eight instances per entry.
        Span<Vector512<double>> system = MemoryMarshal.Cast<double, Vector512<double>>(scratch[..ScratchLength(m)]);
        int singularCount = 0;
        for (int first = 0; first < instances; first += Width)
        {
            int count = Math.Min(Width, instances - first);
            for (int i = 0; i < m; i++)
            {
                Span<Vector512<double>> row = system.Slice(i * (m + 1), m + 1);
                for (int j = 0; j < m; j++)
                {
                    row[j] = Load(matrices.Slice((((i * m) + j) * instances) + first, count));
                }

                row[m] = Load(rightHandSides.Slice((i * instances) + first, count));
            }

            Vector512<double> regular = Eliminate(system, m);
            SubstituteBack(system, m);
            for (int i = 0; i < m; i++)
            {
                Vector512<double> x = Vector512.ConditionalSelect(regular, system[(i * (m + 1)) + m], Vector512.Create(double.NaN));
                Store(x, rightHandSides.Slice((i * instances) + first, count));
            }

            ulong mask = regular.ExtractMostSignificantBits();
            for (int lane = 0; lane < count; lane++)
            {
                bool failed = ((mask >> lane) & 1) == 0;
                singular[first + lane] = failed;
                singularCount += failed ? 1 : 0;
            }
        }

        return singularCount;
    }

    /// <summary>Brings [A | b] to upper triangular form; the result has all bits set in the lanes that are not singular.</summary>
    private static Vector512<double> Eliminate(Span<Vector512<double>> system, int m)
    {
        Vector512<double> regular = Vector512<double>.AllBitsSet;
        for (int k = 0; k < m; k++)
        {
            ChoosePivot(system, m, k);
            Span<Vector512<double>> pivotRow = system.Slice(k * (m + 1), m + 1)[k..];
            Vector512<double> size = Vector512.Abs(pivotRow[0]);
            Vector512<double> usable = Vector512.GreaterThan(size, Vector512<double>.Zero)
                & Vector512.LessThan(size, Vector512.Create(double.PositiveInfinity));
            regular &= usable;
            Vector512<double> pivot = Vector512.ConditionalSelect(usable, pivotRow[0], Vector512<double>.One);
            pivotRow[0] = pivot;
            for (int i = k + 1; i < m; i++)
            {
                Span<Vector512<double>> row = system.Slice((i * (m + 1)) + k, pivotRow.Length);
                Vector512<double> multiplier = -(row[0] / pivot);
                for (int j = 1; j < row.Length; j++)
                {
                    row[j] = Lanes.MultiplyAdd(multiplier, pivotRow[j], row[j]);
                }
            }
        }

        return regular;
    }

    /// <summary>Finds in every lane the first row with the largest entry of column k and exchanges it with row k.</summary>
    private static void ChoosePivot(Span<Vector512<double>> system, int m, int k)
    {
        Span<Vector512<double>> pivotRow = system.Slice((k * (m + 1)) + k, m + 1 - k);
        Vector512<double> largest = Vector512.Abs(pivotRow[0]);
        Vector512<double> choice = Vector512.Create((double)k);
        for (int i = k + 1; i < m; i++)
        {
            Vector512<double> size = Vector512.Abs(system[(i * (m + 1)) + k]);
            Vector512<double> larger = Vector512.GreaterThan(size, largest);
            largest = Vector512.ConditionalSelect(larger, size, largest);
            choice = Vector512.ConditionalSelect(larger, Vector512.Create((double)i), choice);
        }

        for (int i = k + 1; i < m; i++)
        {
            Vector512<double> exchange = Vector512.Equals(choice, Vector512.Create((double)i));
            if (exchange.ExtractMostSignificantBits() == 0)
            {
                continue;
            }

            Span<Vector512<double>> row = system.Slice((i * (m + 1)) + k, pivotRow.Length);
            for (int j = 0; j < row.Length; j++)
            {
                Vector512<double> upper = pivotRow[j], lower = row[j];
                pivotRow[j] = Vector512.ConditionalSelect(exchange, lower, upper);
                row[j] = Vector512.ConditionalSelect(exchange, upper, lower);
            }
        }
    }

    private static void SubstituteBack(Span<Vector512<double>> system, int m)
    {
        for (int i = m - 1; i >= 0; i--)
        {
            Span<Vector512<double>> row = system.Slice(i * (m + 1), m + 1);
            Vector512<double> sum = row[m];
            for (int j = i + 1; j < m; j++)
            {
                sum = Lanes.MultiplyAdd(-row[j], system[(j * (m + 1)) + m], sum);
            }

            row[m] = sum / row[i];
        }
    }

    private static Vector512<double> Load(ReadOnlySpan<double> source)
    {
        if (source.Length == Width)
        {
            return Vector512.Create(source);
        }

        Span<double> lanes = stackalloc double[Width];
        lanes.Clear();
        source.CopyTo(lanes);
        return Vector512.Create<double>(lanes);
    }

    private static void Store(Vector512<double> x, Span<double> destination)
    {
        if (destination.Length == Width)
        {
            x.CopyTo(destination);
            return;
        }

        Span<double> lanes = stackalloc double[Width];
        x.CopyTo(lanes);
        lanes[..destination.Length].CopyTo(destination);
    }

    private static void Fits(int length, long expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"{name} has {length} entries, m and instances ask for {expected}", name);
        }
    }
}
