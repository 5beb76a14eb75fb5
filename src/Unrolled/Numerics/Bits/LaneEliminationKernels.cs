using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Elimination over GF(2) of eight problems of at most 64 columns at once, one problem per lane: row after row, first come, first pivot, without a
/// branch that depends on the data. A lane's leading column is its lowest 1, <c>v &amp; -v</c>; a row that has become 0 gets a pivot that is never added.
/// </summary>
/// <remarks>Pivots lie three registers apart: row, leading bit, label (0 or 1). Nothing is checked or allocated.</remarks>
internal static unsafe class LaneEliminationKernels
{
    /// <summary>Words of one pivot.</summary>
    public const int PivotWords = 3 * Lanes;

    /// <summary>A lane has at most 64 pivots, and what is kept is a pivot of at least one lane.</summary>
    public const int MostPivots = 64 * Lanes;

    private const int Lanes = 8;

    /// <summary>Eliminates; returns how many pivots were kept. The counts of contradictions are added to.</summary>
    /// <param name="features">Row k of the eight problems at <c>k * stride</c>.</param>
    /// <param name="stride">Words between rows.</param>
    /// <param name="labels">Word k * labelStride holds the labels of row k, one bit per lane.</param>
    /// <param name="labelStride">Words between rows.</param>
    /// <param name="labelShift">The bit of the first lane.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="mask">The columns that exist.</param>
    /// <param name="pivots">Room for <see cref="MostPivots"/> pivots, or for all rows if these are fewer.</param>
    /// <param name="contradictions">Per lane, how many rows became 0 with label 1.</param>
    public static int Eliminate(
        ulong* features, nint stride, ulong* labels, nint labelStride, int labelShift, int rows, ulong mask, ulong* pivots, ulong* contradictions)
    {
        int kept = 0, k = 0;
        Vector512<ulong> columns = Vector512.Create(mask), wrong = Vector512<ulong>.Zero;
        for (; k + 4 <= rows; k += 4)
        {
            Vector512<ulong> a = Vector512.Load(features + (k * stride)) & columns, b = Vector512.Load(features + ((k + 1) * stride)) & columns;
            Vector512<ulong> c = Vector512.Load(features + ((k + 2) * stride)) & columns, d = Vector512.Load(features + ((k + 3) * stride)) & columns;
            Vector512<ulong> la = Spread(labels[k * labelStride] >> labelShift), lb = Spread(labels[(k + 1) * labelStride] >> labelShift);
            Vector512<ulong> lc = Spread(labels[(k + 2) * labelStride] >> labelShift), ld = Spread(labels[(k + 3) * labelStride] >> labelShift);
            ulong* end = pivots + (kept * PivotWords);
            for (ulong* p = pivots; p < end; p += PivotWords)
            {
                Vector512<ulong> row = Vector512.LoadAligned(p), lead = Vector512.LoadAligned(p + Lanes), label = Vector512.LoadAligned(p + (2 * Lanes));
                Add(ref a, ref la, row, lead, label);
                Add(ref b, ref lb, row, lead, label);
                Add(ref c, ref lc, row, lead, label);
                Add(ref d, ref ld, row, lead, label);
            }

            Vector512<ulong> leadA = Lead(a);
            Add(ref b, ref lb, a, leadA, la);
            Add(ref c, ref lc, a, leadA, la);
            Add(ref d, ref ld, a, leadA, la);
            Vector512<ulong> leadB = Lead(b);
            Add(ref c, ref lc, b, leadB, lb);
            Add(ref d, ref ld, b, leadB, lb);
            Vector512<ulong> leadC = Lead(c);
            Add(ref d, ref ld, c, leadC, lc);
            wrong += Contradicts(a, la) + Contradicts(b, lb) + Contradicts(c, lc) + Contradicts(d, ld);
            kept += Keep(a, leadA, la, pivots + (kept * PivotWords));
            kept += Keep(b, leadB, lb, pivots + (kept * PivotWords));
            kept += Keep(c, leadC, lc, pivots + (kept * PivotWords));
            kept += Keep(d, Lead(d), ld, pivots + (kept * PivotWords));
        }

        for (; k < rows; k++)
        {
            Vector512<ulong> v = Vector512.Load(features + (k * stride)) & columns, label = Spread(labels[k * labelStride] >> labelShift);
            Reduce(ref v, ref label, pivots, kept);
            wrong += Contradicts(v, label);
            kept += Keep(v, Lead(v), label, pivots + (kept * PivotWords));
        }

        wrong.Store(contradictions);
        return kept;
    }

    /// <summary>The solutions with free variables 0, by substitution from the last pivot to the first, and the ranks.</summary>
    public static void Solve(ulong* pivots, int kept, ulong* solutions, ulong* ranks)
    {
        Vector512<ulong> w = Vector512<ulong>.Zero, rank = w;
        for (ulong* p = pivots + ((kept - 1) * PivotWords); p >= pivots; p -= PivotWords)
        {
            Vector512<ulong> x = Vector512.LoadAligned(p) & w, lead = Vector512.LoadAligned(p + Lanes);
            x ^= x >>> 32; // the parity of a lane
            x ^= x >>> 16;
            x ^= x >>> 8;
            x ^= x >>> 4;
            x ^= x >>> 2;
            x ^= x >>> 1;
            x = (x ^ Vector512.LoadAligned(p + (2 * Lanes))) & Vector512<ulong>.One;
            w |= (Vector512<ulong>.Zero - x) & lead;
            rank += Vector512<ulong>.One + Vector512.Equals(lead, Vector512<ulong>.Zero);
        }

        w.Store(solutions);
        rank.Store(ranks);
    }

    /// <summary>Reduces a query row: its labels, one bit per lane, and where it lies outside the span.</summary>
    public static (byte Labels, byte Outside) Query(ulong* features, ulong mask, ulong* pivots, int kept)
    {
        Vector512<ulong> v = Vector512.Load(features) & Vector512.Create(mask), label = Vector512<ulong>.Zero;
        Reduce(ref v, ref label, pivots, kept);
        return ((byte)Vector512.Equals(label, Vector512<ulong>.One).ExtractMostSignificantBits(),
            (byte)~Vector512.Equals(v, Vector512<ulong>.Zero).ExtractMostSignificantBits());
    }

    private static void Reduce(ref Vector512<ulong> v, ref Vector512<ulong> label, ulong* pivots, int kept)
    {
        for (ulong* p = pivots; p < pivots + (kept * PivotWords); p += PivotWords)
        {
            Add(ref v, ref label, Vector512.LoadAligned(p), Vector512.LoadAligned(p + Lanes), Vector512.LoadAligned(p + (2 * Lanes)));
        }
    }

    /// <summary>Adds a pivot in the lanes that have its leading bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref Vector512<ulong> v, ref Vector512<ulong> label, Vector512<ulong> row, Vector512<ulong> lead, Vector512<ulong> rowLabel)
    {
        Vector512<ulong> absent = Vector512.Equals(v & lead, Vector512<ulong>.Zero);
        v = Vector512.ConditionalSelect(absent, v, v ^ row);
        label = Vector512.ConditionalSelect(absent, label, label ^ rowLabel);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Lead(Vector512<ulong> v) => v & (Vector512<ulong>.Zero - v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Contradicts(Vector512<ulong> v, Vector512<ulong> label) => Vector512.Equals(v, Vector512<ulong>.Zero) & label;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Spread(ulong bits) =>
        Vector512.Min(Vector512.Create(bits) & Vector512.Create(1UL, 2, 4, 8, 16, 32, 64, 128), Vector512<ulong>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Keep(Vector512<ulong> v, Vector512<ulong> lead, Vector512<ulong> label, ulong* pivot)
    {
        if (v == Vector512<ulong>.Zero)
        {
            return 0; // a pivot of no lane
        }

        v.StoreAligned(pivot);
        lead.StoreAligned(pivot + Lanes);
        label.StoreAligned(pivot + (2 * Lanes));
        return 1;
    }
}
