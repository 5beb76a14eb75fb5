using Unrolled.Numerics;
using Unrolled.RecurrentConvolution;

namespace Unrolled.Tests.RecurrentConvolution;

/// <summary>Eight problems to a register against elimination bit by bit.</summary>
public class ParityBatchTests
{
    private const int Queries = 3;

    /// <summary>920 problems of all kinds, with garbage behind the last bit.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(7, 5)]
    [InlineData(8, 40)]
    [InlineData(31, 30)]
    [InlineData(63, 190)]
    [InlineData(64, 74)]
    [InlineData(64, 0)]
    [InlineData(64, 192)]
    public void EqualsEliminationBitByBit(int bits, int rows)
    {
        const int instances = 115;
        ParityProblem[] problems = [.. Enumerable.Range(0, instances).Select(s => ParityProblem.Draw((ulong)(s + (1000 * rows)), bits, bits, rows))];
        (ParityBatch examples, ParityBatch queries) = Pack(problems, bits, rows);
        var outcome = new ParityBatchOutcome(instances, Queries);
        using RowEngine one = new(1), two = new(2);
        one.Learn(examples, queries, outcome);
        for (int s = 0; s < instances; s++)
        {
            var naive = new NaiveElimination(problems[s].Examples, bits);
            Assert.Equal((naive.Rank, naive.Contradictions), (outcome.Ranks[s], outcome.Contradictions[s]));
            Assert.Equal(Word(naive.Hypothesis()), outcome.Hypotheses[s]);
            for (int t = 0; t < Queries; t++)
            {
                Assert.Equal(naive.Answer(Query(problems[s], t)), (outcome.Predicted(t, s), outcome.IsOutside(t, s)));
            }
        }

        var again = new ParityBatchOutcome(instances, Queries);
        two.Learn(examples, queries, again);
        Assert.Equal(outcome.Hypotheses, again.Hypotheses);
        Assert.Equal(outcome.Predictions, again.Predictions);
        Assert.Equal(outcome.Outside, again.Outside);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(65)]
    public void AProblemDoesNotDependOnItsNeighbors(int instances)
    {
        const int bits = 40, rows = 45;
        ParityProblem[] problems = [.. Enumerable.Range(0, instances).Select(s => ParityProblem.Draw((ulong)s, bits, bits, rows))];
        var outcome = new ParityBatchOutcome(instances);
        using var engine = new RowEngine();
        engine.Learn(Pack(problems, bits, rows).Examples, outcome);
        for (int s = 0; s < instances; s++)
        {
            ParityElimination alone = engine.Learn(problems[s].PackedExamples());
            Assert.Equal((alone.Rank, alone.Contradictions, alone.Hypothesis[0]), (outcome.Ranks[s], outcome.Contradictions[s], outcome.Hypotheses[s]));
        }
    }

    [Fact]
    public void NothingIsAllocatedWhenMemoryIsUsedAgain()
    {
        const int bits = 20, rows = 30, instances = 100;
        ParityProblem[] problems = [.. Enumerable.Range(0, instances).Select(s => ParityProblem.Draw((ulong)s, bits, bits, rows))];
        (ParityBatch examples, ParityBatch queries) = Pack(problems, bits, rows);
        var outcome = new ParityBatchOutcome(instances, Queries);
        using var engine = new RowEngine();
        long allocated = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            engine.Learn(examples, queries, outcome);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void WrongSizesAreNamed()
    {
        using var engine = new RowEngine();
        ParityBatch examples = new(8, 3, 10), queries = new(7, 2, 10);
        Assert.Contains("9 problems of the outcome, but 10 problems",
            Assert.Throws<ArgumentException>(() => engine.Learn(examples, new ParityBatchOutcome(9))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => engine.Learn(examples, queries, new ParityBatchOutcome(10, 2)));
        Assert.Throws<ArgumentException>(() => engine.Learn(examples, new ParityBatchOutcome(10, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParityBatch(65, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParityBatch(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => examples.Set(3, 0, 0, false));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParityBatchOutcome(3, 1).Predicted(0, 3));
    }

    private static (ParityBatch Examples, ParityBatch Queries) Pack(ParityProblem[] problems, int bits, int rows)
    {
        var stream = new RandomStream(9);
        ParityBatch examples = new(bits, rows, problems.Length), queries = new(bits, Queries, problems.Length);
        ulong beyond = bits == 64 ? 0 : ulong.MaxValue << bits;
        for (int s = 0; s < problems.Length; s++)
        {
            for (int k = 0; k < rows; k++)
            {
                examples.Set(k, s, Word(problems[s].Examples[k][..bits]) | (stream.NextBits() & beyond), problems[s].Examples[k][bits]);
            }

            for (int t = 0; t < Queries; t++)
            {
                queries.Set(t, s, Word(Query(problems[s], t)) | (stream.NextBits() & beyond), stream.NextIndex(2) == 1);
            }
        }

        return (examples, queries);
    }

    private static bool[] Query(ParityProblem problem, int t) => problem.Queries[t % problem.Queries.Length];

    private static ulong Word(bool[] bits) => bits.Select((bit, j) => bit ? 1UL << j : 0).Aggregate(0UL, (x, y) => x | y);
}
