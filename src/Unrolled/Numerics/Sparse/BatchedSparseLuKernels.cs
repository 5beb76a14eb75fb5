using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Unrolled.Numerics;

/// <summary>
/// The operations of <see cref="SparseLuKernels"/> on a group of instances at a time, lane by lane with the same bits: sixteen, or eight where no more
/// are left. A group of fewer is filled up with zeros. The work column stays in the first cache level, the factors of a group in the second. Nothing
/// is checked or allocated.
/// </summary>
internal static unsafe class BatchedSparseLuKernels
{
    /// <summary>How many columns before its use an entry is asked for: the rows of a wide batch lie far apart, in no pattern that a processor foresees.</summary>
    private const int Ahead = 6;

    /// <summary>Instances of the largest group.</summary>
    public static int LargestWidth => LanePair.Width;

    private static int Register => LaneRegister.Width;

    /// <summary>Doubles that hold <paramref name="vectors"/> numbers of a group, aligned.</summary>
    public static int ScratchLength(int vectors) => checked((vectors * LargestWidth) + Register);

    /// <summary>The first multiple of 64 bytes at or behind a pointer.</summary>
    public static double* Aligned(double* p) => (double*)(((nuint)p + 63) & ~(nuint)63);

    /// <summary>How many instances the group has that begins where some are left.</summary>
    public static int Width(int left) => left > Register ? LargestWidth : Register;

    /// <summary>
    /// Factors the group of instances from <paramref name="first"/> on. Its factors lie at <paramref name="factors"/>: U, then the inverse pivots, then L.
    /// The work column is zero before and after.
    /// </summary>
    public static void Refactor(
        SparseLuPattern pattern, Batch entries, int first, double* factors, double* work, Span<bool> singular, Span<double> growth)
    {
        if (Width(entries.Instances - first) == LargestWidth)
        {
            Refactor<LanePair>(pattern, entries, first, factors, work, singular, growth);
        }
        else
        {
            Refactor<LaneRegister>(pattern, entries, first, factors, work, singular, growth);
        }
    }

    /// <summary>Solves for the group of right-hand sides from <paramref name="first"/> on with factors of its own.</summary>
    public static void Solve(SparseLuPattern pattern, double* factors, Batch b, Batch destination, int first, double* scratch, bool transposed)
    {
        if (Width(b.Instances - first) == LargestWidth)
        {
            Solve<LanePair>(pattern, factors, b, destination, first, scratch, transposed);
        }
        else
        {
            Solve<LaneRegister>(pattern, factors, b, destination, first, scratch, transposed);
        }
    }

    /// <summary>Solves for the group of right-hand sides from <paramref name="first"/> on with factors that all share.</summary>
    public static void Solve(
        SparseLuPattern pattern, double* l, double* u, double* d, Batch b, Batch destination, int first, double* scratch, bool transposed)
    {
        if (Width(b.Instances - first) == LargestWidth)
        {
            Solve<LanePair, SharedNumbers<LanePair>>(pattern, new(l), new(u), new(d), b, destination, first, scratch, transposed);
        }
        else
        {
            Solve<LaneRegister, SharedNumbers<LaneRegister>>(pattern, new(l), new(u), new(d), b, destination, first, scratch, transposed);
        }
    }

    private static void Refactor<L>(
        SparseLuPattern pattern, Batch entries, int first, double* factors, double* work, Span<bool> singular, Span<double> growth)
        where L : unmanaged, ILaneGroup<L>
    {
        int count = Math.Min(L.Width, entries.Instances - first);
        L* x = (L*)work, u = (L*)factors, d = u + pattern.UpperRow.Length, l = d + pattern.Order;
        nint stride = entries.Instances;
        SparseLuLaneQuality quality = SparseLuLaneQuality.Start, qualityOfSecond = quality;
        fixed (double* all = entries.Values)
        fixed (int* sourceStart = pattern.SourceStart, sourceRow = pattern.SourceRow, source = pattern.Source)
        fixed (int* lowerStart = pattern.LowerStart, lowerRow = pattern.LowerRow, upperStart = pattern.UpperStart, upperRow = pattern.UpperRow)
        {
            double* a = all + first;
            for (nint j = 0; j < pattern.Order; j++)
            {
                L scale = default, largest = default;
                for (nint t = sourceStart[j]; t < sourceStart[j + 1]; t++)
                {
                    L entry = L.Load(a + (source[t] * stride), count);
                    x[sourceRow[t]] = entry;
                    scale = L.LargerMagnitude(scale, entry);
                }

                Prefetch(a, source, sourceStart[Math.Min(j + Ahead, pattern.Order - 1)], sourceStart[Math.Min(j + Ahead + 1, pattern.Order)], stride, L.Width);
                for (nint t = upperStart[j]; t < upperStart[j + 1]; t++)
                {
                    nint c = upperRow[t];
                    L entry = x[c];
                    x[c] = default;
                    u[t] = entry;
                    largest = L.LargerMagnitude(largest, entry);
                    Subtract(entry, new OwnNumbers<L>((double*)l), lowerRow, lowerStart[c], lowerStart[c + 1], x);
                }

                L pivot = x[j];
                x[j] = default;
                largest = L.LargerMagnitude(largest, pivot);
                nint from = lowerStart[j], to = lowerStart[j + 1];
                for (nint t = from; t < to; t++)
                {
                    L entry = x[lowerRow[t]];
                    x[lowerRow[t]] = default;
                    l[t] = entry;
                    largest = L.LargerMagnitude(largest, entry);
                }

                L inverse = L.Create(
                    quality.Include(pivot.First, largest.First, scale.First),
                    L.Width == Register ? default : qualityOfSecond.Include(pivot.Second, largest.Second, scale.Second));
                d[j] = inverse;
                for (nint t = from; t < to; t++)
                {
                    l[t] *= inverse;
                }
            }
        }

        for (int lane = 0; lane < count; lane++)
        {
            SparseLuLaneQuality half = lane < Register ? quality : qualityOfSecond;
            singular[first + lane] = half.IsSingular(lane % Register);
            growth[first + lane] = half.Growth(lane % Register);
        }
    }

    private static void Solve<L>(SparseLuPattern pattern, double* factors, Batch b, Batch destination, int first, double* scratch, bool transposed)
        where L : unmanaged, ILaneGroup<L>
    {
        double* u = factors, d = u + (pattern.UpperRow.Length * L.Width), l = d + (pattern.Order * L.Width);
        Solve<L, OwnNumbers<L>>(pattern, new(l), new(u), new(d), b, destination, first, scratch, transposed);
    }

    private static void Solve<L, T>(
        SparseLuPattern pattern, T l, T u, T d, Batch b, Batch destination, int first, double* scratch, bool transposed)
        where L : unmanaged, ILaneGroup<L>
        where T : struct, ILaneNumbers<L>
    {
        int count = Math.Min(L.Width, b.Instances - first), n = pattern.Order;
        nint stride = b.Instances;
        var y = (L*)scratch;
        fixed (double* sources = b.Values, destinations = destination.Values)
        fixed (int* lowerStart = pattern.LowerStart, lowerRow = pattern.LowerRow, upperStart = pattern.UpperStart, upperRow = pattern.UpperRow)
        fixed (int* position = pattern.RowPosition, order = pattern.ColumnOrder)
        {
            double* from = sources + first, to = destinations + first;
            if (transposed)
            {
                for (nint j = 0; j < n; j++)
                {
                    y[j] = L.Load(from + (order[j] * stride), count);
                }

                for (nint j = 0; j < n; j++)
                {
                    y[j] = Remainder(y[j], u, upperRow, upperStart[j], upperStart[j + 1], y) * d[j];
                }

                for (nint j = n - 1; j >= 0; j--)
                {
                    y[j] = Remainder(y[j], l, lowerRow, lowerStart[j], lowerStart[j + 1], y);
                }

                for (nint i = 0; i < n; i++)
                {
                    y[position[i]].Store(to + (i * stride), count);
                }

                return;
            }

            for (nint i = 0; i < n; i++)
            {
                y[position[i]] = L.Load(from + (i * stride), count);
            }

            for (nint j = 0; j < n; j++)
            {
                Subtract(y[j], l, lowerRow, lowerStart[j], lowerStart[j + 1], y);
            }

            for (nint j = n - 1; j >= 0; j--)
            {
                L z = y[j] * d[j];
                y[j] = z;
                Subtract(z, u, upperRow, upperStart[j], upperStart[j + 1], y);
            }

            for (nint j = 0; j < n; j++)
            {
                y[j].Store(to + (order[j] * stride), count);
            }
        }
    }

    /// <summary>Asks for the cache lines of a column's entries. No number depends on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(double* entries, int* source, nint from, nint to, nint stride, int width)
    {
        if (Sse.IsSupported)
        {
            for (nint t = from; t < to; t++)
            {
                double* entry = entries + (source[t] * stride);
                Sse.Prefetch0(entry);
                Sse.Prefetch0(entry + Register - 1);
                if (width > Register)
                {
                    Sse.Prefetch0(entry + width - 1);
                }
            }
        }
    }

    /// <summary>x[rows] -= factor * column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract<L, T>(L factor, T column, int* rows, nint from, nint to, L* x)
        where L : unmanaged, ILaneGroup<L>
        where T : struct, ILaneNumbers<L>
    {
        factor = -factor;
        for (nint t = from; t < to; t++)
        {
            nint row = rows[t];
            x[row] = L.MultiplyAdd(column[t], factor, x[row]);
        }
    }

    /// <summary>sum - column^T x[rows], from the first entry to the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Remainder<L, T>(L sum, T column, int* rows, nint from, nint to, L* x)
        where L : unmanaged, ILaneGroup<L>
        where T : struct, ILaneNumbers<L>
    {
        for (nint t = from; t < to; t++)
        {
            sum = L.MultiplyAdd(column[t], -x[rows[t]], sum);
        }

        return sum;
    }
}
