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

    private static readonly Dictionary<int, (Asked Time, Asked Ratio)> _asked = new (int Bits, double Bound)[] { (1000, 2), (4000, 60) }.ToDictionary(a => a.Bits, a => (
        Asked.Time($"elimination of {a.Bits} bits, one thread", a.Bound, "ms"), Asked.Ratio($"elimination of {a.Bits} bits against M4RI, one thread", 0.5)));

    private static readonly Asked Batched = Asked.Time($"elimination of 64 bits, {Problems} problems in a batch, each, one thread", 2, "us");

    public static Scenario Scenario { get; } = new("elimination", "parities learned by elimination on packed rows: one large system, many small ones, and queries", Run)
    {
        Asked = [.. _asked.Values.SelectMany(a => new[] { a.Time, a.Ratio }), Batched],
        Peers = [PeerLibrary.M4ri],
    };

    private static void Run(Results results)
    {
        results.Line(string.Empty);
        results.Line("M4RI is the distribution's library (SSE2), the fastest of mzd_echelonize, mzd_echelonize_m4ri and mzd_ple, one thread, the copy not");
        results.Line("counted. \"Row by row\" is the plain method, one vectorized XOR per pivot. The row engine also counts contradictions and solves for the hypothesis.");
        results.Table("One system of d bits and d + 10 examples; RowEngine alone is on one thread",
            "d", "row by row", "RowEngine", "asked", "two threads", "M4RI", "faster than M4RI by", "faster than row by row by");
        foreach (int d in new[] { 64, 128, 256, 500, 1000, 2000, 4000, 8000 })
        {
            BinaryMatrix examples = Random(d, new RandomStream(1).Split((ulong)d));
            Times? plain = d > 4000 ? null : Times.Of(() => RowByRow(examples), 1);
            Times one = Learn(examples, 1), two = Learn(examples, 2);
            (string Name, Times Times)? peer = Peer.Shell("elimination_m4ri.sh", d < 4000 ? 3 : 2, $"{d + Extra}", $"{d + 1}", "0.7");
            bool asked = _asked.TryGetValue(d, out (Asked Time, Asked Ratio) limits);
            results.Row($"{d}", plain is { } p ? Results.Milliseconds(p) : "-", Results.Milliseconds(one), asked ? results.Judge(limits.Time, one.Least) : "-", Results.Milliseconds(two),
                peer is null ? PeerLibrary.M4ri.Missing : $"{Results.Milliseconds(peer.Value.Times)}, {peer.Value.Name.Split(' ')[^1]}",
                peer is null ? "-" : results.Ratio(peer.Value.Times.Least / one.Least, asked ? limits.Ratio : null), plain is { } slow ? Results.Ratio(slow.Least / one.Least) : "-");
        }

        results.Table($"{Problems} problems of d bits and d + 10 examples, time per problem", "d", "one by one", "batch, one thread", "asked", "batch on two threads", "faster by");
        foreach (int d in new[] { 8, 16, 32, 64 })
        {
            (Times single, Times one, Times two) = (OneByOne(d), Batch(d, 1), Batch(d, 2));
            results.Row($"{d}", Results.Microseconds(single), Results.Microseconds(one), d == 64 ? results.Judge(Batched, 1e3 * one.Least) : "-",
                Results.Microseconds(two), Results.Ratio(single.Least / one.Least));
        }

        results.Table("Queries answered after 1000 bits were learned, time per query, one thread", "queries at once", "time");
        using var engine = new RowEngine();
        ParityElimination learned = engine.Learn(Random(1000, new RandomStream(2)));
        foreach (int count in new[] { 1, 100, 10000 })
        {
            BinaryMatrix queries = BinaryMatrix.Zeros(count, 1000);
            Fill(queries, new RandomStream(3));
            bool[] predictions = new bool[count], outside = new bool[count];
            results.Row($"{count}", Results.Microseconds(Times.Of(() => engine.Answer(learned, queries, predictions, outside), 1), count));
        }
    }

    private static Times Learn(BinaryMatrix examples, int threads)
    {
        using var engine = new RowEngine(threads);
        var learned = new ParityElimination();
        return Times.Of(() => engine.Learn(examples, learned), 2);
    }

    private static Times OneByOne(int d)
    {
        using var engine = new RowEngine();
        var learned = new ParityElimination();
        BinaryMatrix[] problems = [.. Enumerable.Range(0, 64).Select(s => Random(d, new RandomStream((ulong)s)))];
        return Times.Of(
            () =>
            {
                foreach (BinaryMatrix problem in problems)
                {
                    engine.Learn(problem, learned);
                }
            },
            1).Over(problems.Length);
    }

    private static Times Batch(int d, int threads)
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

        return Times.Of(() => engine.Learn(examples, outcome), 2).Over(Problems);
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
}
