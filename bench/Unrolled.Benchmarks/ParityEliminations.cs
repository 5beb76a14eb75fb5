using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;
using Unrolled.RecurrentConvolution;

namespace Unrolled.Benchmarks;

/// <summary>
/// Parities learned by the row engine: one large system beside M4RI and beside elimination row by row, and many small ones.
/// Random bits, m = d + 10 examples; every time includes the copy of the examples and the hypothesis.
/// </summary>
internal static class ParityEliminations
{
    private const int Extra = 10;
    private const int Problems = 4096;

    private static readonly Dictionary<int, double> _asked = new() { [1000] = 2, [4000] = 60 };

    public static void Run(Results results)
    {
        results.Line(string.Empty);
        results.Line("M4RI is the distribution's library (SSE2), the fastest of mzd_echelonize, mzd_echelonize_m4ri and mzd_ple, one thread, the copy not");
        results.Line("counted. \"Row by row\" is the plain method, one vectorized XOR per pivot. The row engine also counts contradictions and solves for the hypothesis.");
        results.Table("One system of d bits and d + 10 examples",
            "d", "row by row", "RowEngine", "asked", "two threads", "M4RI", "faster than M4RI by", "faster than row by row by");
        foreach (int d in new[] { 64, 128, 256, 500, 1000, 2000, 4000, 8000 })
        {
            BinaryMatrix examples = Random(d, new RandomStream(1).Split((ulong)d));
            double plain = d > 4000 ? double.NaN : Times.Of(() => RowByRow(examples), 1).Least;
            double one = Learn(examples, 1), two = Learn(examples, 2);
            (string Name, Times Times)? peer = Peer.Shell("elimination_m4ri.sh", d < 4000 ? 3 : 2, $"{d + Extra}", $"{d + 1}", "0.7");
            results.Row($"{d}", double.IsNaN(plain) ? "-" : Results.Milliseconds(plain), Results.Milliseconds(one),
                _asked.TryGetValue(d, out double limit) ? $"{limit} ms ({(one < limit ? "reached" : "not reached")})" : "-", Results.Milliseconds(two),
                peer is null ? "not installed" : $"{Results.Milliseconds(peer.Value.Times.Least)}, {peer.Value.Name.Split(' ')[^1]}",
                peer is null ? "-" : Results.Ratio(peer.Value.Times.Least / one, d is 1000 or 4000 ? 0.5 : null), double.IsNaN(plain) ? "-" : Results.Ratio(plain / one));
        }

        results.Table($"{Problems} problems of d bits and d + 10 examples, time per problem", "d", "one by one", "batch", "asked", "batch on two threads", "faster by");
        foreach (int d in new[] { 8, 16, 32, 64 })
        {
            (double single, double one, double two) = (OneByOne(d), Batch(d, 1), Batch(d, 2));
            results.Row($"{d}", Microseconds(single), Microseconds(one), d == 64 ? $"2 us ({(one < 2 ? "reached" : "not reached")})" : "-",
                Microseconds(two), Results.Ratio(single / one));
        }

        results.Table("Queries answered after 1000 bits were learned, time per query", "queries at once", "time");
        using var engine = new RowEngine();
        ParityElimination learned = engine.Learn(Random(1000, new RandomStream(2)));
        foreach (int count in new[] { 1, 100, 10000 })
        {
            BinaryMatrix queries = BinaryMatrix.Zeros(count, 1000);
            Fill(queries, new RandomStream(3));
            bool[] predictions = new bool[count], outside = new bool[count];
            results.Row($"{count}", Microseconds(1e3 * Times.Of(() => engine.Answer(learned, queries, predictions, outside), 1).Least / count));
        }
    }

    private static double Learn(BinaryMatrix examples, int threads)
    {
        using var engine = new RowEngine(threads);
        var learned = new ParityElimination();
        return Times.Of(() => engine.Learn(examples, learned), 2).Least;
    }

    private static double OneByOne(int d)
    {
        using var engine = new RowEngine();
        var learned = new ParityElimination();
        BinaryMatrix[] problems = [.. Enumerable.Range(0, 64).Select(s => Random(d, new RandomStream((ulong)s)))];
        return 1e3 / problems.Length * Times.Of(
            () =>
            {
                foreach (BinaryMatrix problem in problems)
                {
                    engine.Learn(problem, learned);
                }
            },
            1).Least;
    }

    private static double Batch(int d, int threads)
    {
        using var engine = new RowEngine(threads);
        var examples = new ParityBatch(d, d + Extra, Problems);
        var outcome = new ParityBatchOutcome(Problems);
        var stream = new RandomStream(4);
        foreach (ref ulong word in examples.Features)
        {
            word = stream.NextBits();
        }

        foreach (ref ulong word in examples.Labels)
        {
            word = stream.NextBits();
        }

        return 1e3 / Problems * Times.Of(() => engine.Learn(examples, outcome), 2).Least;
    }

    /// <summary>The plain method: every row is reduced by all pivots above it, one vectorized XOR per pivot.</summary>
    private static unsafe int RowByRow(BinaryMatrix examples)
    {
        int words = (examples.WordsPerRow + 7) / 8 * 8, bits = examples.Columns - 1, rank = 0;
        int[] leads = new int[examples.Rows];
        ulong* rows = (ulong*)NativeMemory.AlignedAlloc((nuint)(examples.Rows * words * sizeof(ulong)), 64);
        for (int i = 0; i < examples.Rows; i++)
        {
            ulong* row = rows + ((nint)rank * words);
            var span = new Span<ulong>(row, words);
            span.Clear();
            examples.Row(i).CopyTo(span);
            for (int r = 0; r < rank; r++)
            {
                int lead = leads[r];
                if (((row[lead >> 6] >> lead) & 1) != 0)
                {
                    ulong* pivot = rows + ((nint)r * words);
                    for (int w = lead >> 9 << 3; w < words; w += 8)
                    {
                        (Vector512.LoadAligned(row + w) ^ Vector512.LoadAligned(pivot + w)).StoreAligned(row + w);
                    }
                }
            }

            int word = span.IndexOfAnyExcept(0UL), leading = word < 0 ? bits : (64 * word) + BitOperations.TrailingZeroCount(row[word]);
            if (leading < bits)
            {
                leads[rank++] = leading;
            }
        }

        NativeMemory.AlignedFree(rows);
        return rank;
    }

    private static BinaryMatrix Random(int d, RandomStream stream)
    {
        BinaryMatrix examples = BinaryMatrix.Zeros(d + Extra, d + 1);
        Fill(examples, stream);
        return examples;
    }

    private static void Fill(BinaryMatrix matrix, RandomStream stream)
    {
        for (int i = 0; i < matrix.Rows; i++)
        {
            foreach (ref ulong word in matrix.Row(i))
            {
                word = stream.NextBits();
            }
        }
    }

    private static string Microseconds(double time) => time.ToString(time < 1 ? "0.000" : "0.00", CultureInfo.InvariantCulture) + " us";
}
