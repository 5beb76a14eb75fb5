using Unrolled.Numerics;
using Unrolled.RecurrentConvolution;

namespace Unrolled.Fingerprint;

/// <summary>What the row engine learns: large systems by tables, small ones by lanes.</summary>
internal static class EliminationResults
{
    public static double[] Large(RandomStream stream, int rows, int bits)
    {
        using var engine = new RowEngine();
        ParityElimination learned = engine.Learn(Random(rows, bits + 1, stream));
        BinaryMatrix queries = Random(70, bits, stream);
        bool[] predictions = new bool[queries.Rows], outside = new bool[queries.Rows];
        engine.Answer(learned, queries, predictions, outside);
        return
        [
            learned.Rank, learned.Contradictions, .. learned.PivotColumns.ToArray().Select(j => (double)j), .. Numbers(learned.Hypothesis),
            .. predictions.Concat(outside).Select(bit => bit ? 1.0 : 0),
        ];
    }

    public static double[] Small(RandomStream stream)
    {
        const int bits = 41, rows = 45, instances = 19;
        ParityBatch examples = new(bits, rows, instances), queries = new(bits, 2, instances);
        foreach (ParityBatch batch in new[] { examples, queries })
        {
            for (int at = 0; at < batch.Rows * instances; at++)
            {
                batch.Set(at / instances, at % instances, stream.NextBits() & stream.NextBits() & stream.NextBits(), stream.NextIndex(2) == 1);
            }
        }

        var outcome = new ParityBatchOutcome(instances, queries.Rows);
        using var engine = new RowEngine();
        engine.Learn(examples, queries, outcome);
        return
        [
            .. outcome.Ranks.Concat(outcome.Contradictions).Select(count => (double)count), .. Numbers(outcome.Hypotheses),
            .. Numbers(outcome.Predictions), .. Numbers(outcome.Outside),
        ];
    }

    private static BinaryMatrix Random(int rows, int columns, RandomStream stream)
    {
        BinaryMatrix matrix = BinaryMatrix.Zeros(rows, columns);
        for (int i = 0; i < rows; i++)
        {
            foreach (ref ulong word in matrix.Row(i))
            {
                word = stream.NextBits();
            }
        }

        return matrix;
    }

    private static double[] Numbers(ReadOnlySpan<ulong> words) => [.. words.ToArray().SelectMany(word => new double[] { (uint)word, (uint)(word >> 32) })];
}
