using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Unrolled.Numerics;

/// <summary>
/// The operations of <see cref="SparseLuKernels"/> on eight instances at a time, lane by lane with the same bits. A group of fewer
/// instances is filled up with zeros. The work column of n vectors and its rows stay in the first cache level, the factors of a group in the
/// second. Nothing is checked or allocated.
/// </summary>
internal static unsafe class BatchedSparseLuKernels
{
    /// <summary>Instances of a group.</summary>
    public const int Width = 8;

    /// <summary>How many columns before its use an entry is asked for: the rows of a wide batch lie far apart, in no pattern that a processor foresees.</summary>
    private const int Ahead = 6;

    /// <summary>Doubles that hold <paramref name="vectors"/> aligned vectors of eight.</summary>
    public static int ScratchLength(int vectors) => checked((vectors + 1) * Width);

    /// <summary>The first multiple of 64 bytes at or behind a pointer.</summary>
    public static double* Aligned(double* p) => (double*)(((nuint)p + 63) & ~(nuint)63);

    /// <summary>
    /// Factors the instances [first, first + 8) of the entries. The factors of the group lie at <paramref name="factors"/>: U, then the
    /// inverse pivots, then L. The work column is zero before and after.
    /// </summary>
    public static void Refactor(
        SparseLuPattern pattern, Batch entries, int first, double* factors, double* work, Span<bool> singular, Span<double> growth)
    {
        int count = Math.Min(Width, entries.Instances - first);
        var x = (Vector512<double>*)work;
        var u = (Vector512<double>*)factors;
        Vector512<double>* d = u + pattern.UpperRow.Length, l = d + pattern.Order;
        nint stride = entries.Instances;
        Vector512<double> regular = Vector512<double>.AllBitsSet, most = default;
        Vector512<long> magnitude = Vector512.Create(long.MaxValue), infinite = Vector512.Create(SparseLuQuality.Infinite);
        fixed (double* all = entries.Values)
        fixed (int* sourceStart = pattern.SourceStart, sourceRow = pattern.SourceRow, source = pattern.Source)
        fixed (int* lowerStart = pattern.LowerStart, lowerRow = pattern.LowerRow, upperStart = pattern.UpperStart, upperRow = pattern.UpperRow)
        {
            double* a = all + first;
            for (nint j = 0; j < pattern.Order; j++)
            {
                Vector512<long> scale = default, largest = default;
                for (nint t = sourceStart[j]; t < sourceStart[j + 1]; t++)
                {
                    Vector512<double> entry = Load(a + (source[t] * stride), count);
                    x[sourceRow[t]] = entry;
                    scale = Vector512.Max(scale, entry.AsInt64() & magnitude);
                }

                Prefetch(a, source, sourceStart[Math.Min(j + Ahead, pattern.Order - 1)], sourceStart[Math.Min(j + Ahead + 1, pattern.Order)], stride);
                for (nint t = upperStart[j]; t < upperStart[j + 1]; t++)
                {
                    nint c = upperRow[t];
                    Vector512<double> entry = x[c];
                    x[c] = default;
                    u[t] = entry;
                    largest = Vector512.Max(largest, entry.AsInt64() & magnitude);
                    Subtract(entry, new OwnNumbers((double*)l), lowerRow, lowerStart[c], lowerStart[c + 1], x);
                }

                Vector512<double> pivot = x[j];
                x[j] = default;
                largest = Vector512.Max(largest, pivot.AsInt64() & magnitude);
                nint from = lowerStart[j], to = lowerStart[j + 1];
                for (nint t = from; t < to; t++)
                {
                    Vector512<double> entry = x[lowerRow[t]];
                    x[lowerRow[t]] = default;
                    l[t] = entry;
                    largest = Vector512.Max(largest, entry.AsInt64() & magnitude);
                }

                Vector512<double> inverse = Vector512<double>.One / pivot, size = largest.AsDouble(), unit = scale.AsDouble();
                Vector512<double> usable = (Vector512.LessThan(largest, infinite) & Vector512.LessThan(inverse.AsInt64() & magnitude, infinite)).AsDouble();
                regular &= usable;
                inverse = Vector512.ConditionalSelect(usable, inverse, Vector512<double>.One);
                d[j] = inverse;
                Vector512<double> grown = Vector512.GreaterThan(size, most * unit) & Vector512.GreaterThan(unit, default) & usable;
                if (grown.ExtractMostSignificantBits() != 0)
                {
                    most = Vector512.ConditionalSelect(grown, size / unit, most);
                }

                for (nint t = from; t < to; t++)
                {
                    l[t] *= inverse;
                }
            }
        }

        ulong mask = regular.ExtractMostSignificantBits();
        for (int lane = 0; lane < count; lane++)
        {
            singular[first + lane] = ((mask >> lane) & 1) == 0;
            growth[first + lane] = most[lane];
        }
    }

    /// <summary>Solves for the instances [first, first + 8) of the right-hand sides with factors that are shared or of their own.</summary>
    public static void Solve<T>(
        SparseLuPattern pattern, T l, T u, T d, Batch b, Batch destination, int first, double* scratch, bool transposed)
        where T : struct, ILaneNumbers
    {
        int count = Math.Min(Width, b.Instances - first), n = pattern.Order;
        nint stride = b.Instances;
        var y = (Vector512<double>*)scratch;
        fixed (double* sources = b.Values, destinations = destination.Values)
        fixed (int* lowerStart = pattern.LowerStart, lowerRow = pattern.LowerRow, upperStart = pattern.UpperStart, upperRow = pattern.UpperRow)
        fixed (int* position = pattern.RowPosition, order = pattern.ColumnOrder)
        {
            double* from = sources + first, to = destinations + first;
            if (transposed)
            {
                for (nint j = 0; j < n; j++)
                {
                    y[j] = Load(from + (order[j] * stride), count);
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
                    Store(y[position[i]], to + (i * stride), count);
                }

                return;
            }

            for (nint i = 0; i < n; i++)
            {
                y[position[i]] = Load(from + (i * stride), count);
            }

            for (nint j = 0; j < n; j++)
            {
                Subtract(y[j], l, lowerRow, lowerStart[j], lowerStart[j + 1], y);
            }

            for (nint j = n - 1; j >= 0; j--)
            {
                Vector512<double> z = y[j] * d[j];
                y[j] = z;
                Subtract(z, u, upperRow, upperStart[j], upperStart[j + 1], y);
            }

            for (nint j = 0; j < n; j++)
            {
                Store(y[j], to + (order[j] * stride), count);
            }
        }
    }

    /// <summary>Asks for the cache lines of a column's entries. No number depends on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(double* entries, int* source, nint from, nint to, nint stride)
    {
        if (Sse.IsSupported)
        {
            for (nint t = from; t < to; t++)
            {
                Sse.Prefetch0(entries + (source[t] * stride));
                Sse.Prefetch0(entries + (source[t] * stride) + Width - 1);
            }
        }
    }

    /// <summary>x[rows] -= factor * column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract<T>(Vector512<double> factor, T column, int* rows, nint from, nint to, Vector512<double>* x)
        where T : struct, ILaneNumbers
    {
        factor = -factor;
        for (nint t = from; t < to; t++)
        {
            nint row = rows[t];
            x[row] = Lanes.MultiplyAdd(column[t], factor, x[row]);
        }
    }

    /// <summary>sum - column^T x[rows], from the first entry to the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Remainder<T>(Vector512<double> sum, T column, int* rows, nint from, nint to, Vector512<double>* x)
        where T : struct, ILaneNumbers
    {
        for (nint t = from; t < to; t++)
        {
            sum = Lanes.MultiplyAdd(column[t], -x[rows[t]], sum);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load(double* source, int count) => count == Width ? Vector512.Load(source) : LoadPart(source, count);

    private static Vector512<double> LoadPart(double* source, int count)
    {
        double* lanes = stackalloc double[Width];
        for (int lane = 0; lane < Width; lane++)
        {
            lanes[lane] = lane < count ? source[lane] : 0;
        }

        return Vector512.Load(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<double> x, double* destination, int count)
    {
        if (count == Width)
        {
            x.Store(destination);
            return;
        }

        for (int lane = 0; lane < count; lane++)
        {
            destination[lane] = x[lane];
        }
    }
}
