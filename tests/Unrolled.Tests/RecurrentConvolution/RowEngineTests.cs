using Unrolled.Numerics;
using Unrolled.RecurrentConvolution;

namespace Unrolled.Tests.RecurrentConvolution;

/// <summary>The row engine against elimination bit by bit, against the automaton, and against itself.</summary>
public class RowEngineTests
{
    [Fact]
    public void EqualsEliminationBitByBit()
    {
        using var engine = new RowEngine();
        var learned = new ParityElimination(); // one memory for all: what an earlier problem left there must not matter
        int contradicting = 0, outside = 0, deficient = 0;
        for (ulong seed = 1; seed <= 3000; seed++)
        {
            ParityProblem problem = ParityProblem.Draw(seed, 1, seed % 10 == 0 ? 200 : 70);
            engine.Learn(problem.PackedExamples(), learned);
            (int contradictions, int queriesOutside) = Compare(engine, learned, problem, $"seed {seed}");
            contradicting += contradictions > 0 ? 1 : 0;
            outside += queriesOutside;
            deficient += learned.Rank < problem.Bits ? 1 : 0;
        }

        Assert.True(contradicting > 800 && outside > 1000 && deficient > 800, $"{contradicting} contradicting, {outside} outside, {deficient} deficient");
    }

    /// <summary>Shapes that reach every path: more columns than a register, all table widths, several blocks, two threads.</summary>
    [Theory]
    [InlineData(447, 449, 700)]
    [InlineData(511, 513, 530)]
    [InlineData(575, 577, 640)]
    [InlineData(1022, 1026, 900)]
    [InlineData(1040, 1100, 1200)]
    [InlineData(130, 140, 2500)]
    [InlineData(900, 1000, 60)]
    public void EqualsEliminationBitByBitWhereBlocksAndTablesChange(int leastBits, int mostBits, int rows)
    {
        using RowEngine one = new(1), three = new(3);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            ParityProblem problem = ParityProblem.Draw(seed + (ulong)rows, leastBits, mostBits, rows);
            ParityElimination learned = one.Learn(problem.PackedExamples()), again = three.Learn(problem.PackedExamples());
            Compare(one, learned, problem, $"seed {seed}");
            Assert.Equal(learned.Hypothesis, again.Hypothesis);
            Assert.Equal((learned.Rank, learned.Contradictions), (again.Rank, again.Contradictions));
            (bool[] Predictions, bool[] Outside) answers = Answers(one, learned, problem), others = Answers(three, again, problem);
            Assert.Equal(answers.Predictions, others.Predictions);
            Assert.Equal(answers.Outside, others.Outside);
        }
    }

    [Fact]
    public void EqualsTheAutomaton()
    {
        using var engine = new RowEngine();
        for (ulong seed = 1; seed <= 300; seed++)
        {
            ParityProblem problem = ParityProblem.Draw(seed, 1, 14);
            int d = problem.Bits, m = problem.Examples.Length;
            bool[][] rest = LiteralSieve.Run(problem.Examples, problem.Queries, d);
            ParityElimination learned = engine.Learn(problem.PackedExamples());
            (bool[] predictions, bool[] outside) = Answers(engine, learned, problem);
            Assert.Equal(rest[..m].Count(row => row.AsSpan(0, d).Contains(true)), learned.Rank);
            Assert.Equal(rest[..m].Count(row => row[d] && !row.AsSpan(0, d).Contains(true)), learned.Contradictions);
            Assert.Equal(rest[m..].Select(row => row[d]), predictions);
            Assert.Equal(rest[m..].Select(row => row.AsSpan(0, d).Contains(true)), outside);
        }
    }

    [Fact]
    public void ManyQueriesAreReducedByTables()
    {
        using var engine = new RowEngine(2);
        ParityProblem problem = ParityProblem.Draw(5, 180, 200, 150);
        ParityElimination learned = engine.Learn(problem.PackedExamples());
        foreach (int count in new[] { 0, 1, 39, 41, 300, 1500 })
        {
            RandomStream stream = new RandomStream(7).Split((ulong)count);
            bool[][] queries = [.. Enumerable.Range(0, count).Select(_ => (bool[])[.. Enumerable.Range(0, problem.Bits).Select(_ => stream.NextIndex(2) == 1)])];
            Compare(engine, learned, problem with { Queries = queries }, $"{count} queries");
        }
    }

    [Fact]
    public void WhichLabelIsWrongMatters()
    {
        // The second copy contradicts the first, whichever of them is right.
        using var engine = new RowEngine();
        foreach (byte first in new byte[] { 0, 1 })
        {
            ParityElimination learned = engine.Learn(BinaryMatrix.FromBits(3, 3, [0, 1, first, 0, 1, (byte)(1 - first), 0, 1, first]));
            Assert.Equal((1, 1, 3), (learned.Rank, learned.Contradictions, learned.Examples));
            Assert.Equal([1], learned.PivotColumns);
            Assert.Equal(first == 1 ? 2UL : 0UL, learned.Hypothesis[0]);
        }
    }

    [Fact]
    public void NothingToLearnFrom()
    {
        using var engine = new RowEngine();
        ParityElimination none = engine.Learn(BinaryMatrix.Zeros(0, 6)), labels = engine.Learn(BinaryMatrix.FromBits(3, 1, [1, 0, 1]));
        Assert.Equal((0, 0, 5), (none.Rank, none.Contradictions, none.Bits));
        Assert.Equal((0, 2, 0), (labels.Rank, labels.Contradictions, labels.Bits));
        bool[] prediction = [true], outside = [false];
        engine.Answer(none, BinaryMatrix.FromBits(1, 5, [0, 0, 0, 1, 0]), prediction, outside);
        Assert.Equal((false, true), (prediction[0], outside[0]));
        engine.Answer(none, BinaryMatrix.Zeros(1, 5), prediction, outside);
        Assert.Equal((false, false), (prediction[0], outside[0]));
        Assert.Throws<ArgumentException>(() => engine.Learn(BinaryMatrix.Zeros(3, 0)));
    }

    [Fact]
    public void WrongSizesAreNamed()
    {
        using var engine = new RowEngine();
        ParityElimination learned = engine.Learn(BinaryMatrix.Zeros(4, 8));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => engine.Answer(learned, BinaryMatrix.Zeros(2, 8), new bool[2], new bool[2]));
        Assert.Contains("8 columns of the queries", fault.Message, StringComparison.Ordinal);
        Assert.Contains("7 bits of the examples", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => engine.Answer(learned, BinaryMatrix.Zeros(2, 7), new bool[3], new bool[2]));
        Assert.Throws<ArgumentException>(() => engine.Answer(learned, BinaryMatrix.Zeros(2, 7), new bool[2], new bool[1]));
        Assert.Throws<ArgumentException>(() => learned.Predict(new ulong[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowEngine(0));
    }

    [Fact]
    public void NothingIsAllocatedWhenMemoryIsUsedAgain()
    {
        using var engine = new RowEngine();
        ParityProblem problem = ParityProblem.Draw(3, 600, 620, 700);
        BinaryMatrix examples = problem.PackedExamples(), queries = problem.PackedQueries();
        bool[] predictions = new bool[queries.Rows], outside = new bool[queries.Rows];
        var learned = new ParityElimination();
        long allocated = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            engine.Learn(examples, learned);
            engine.Answer(learned, queries, predictions, outside);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static (int Contradictions, int Outside) Compare(RowEngine engine, ParityElimination learned, ParityProblem problem, string name)
    {
        var naive = new NaiveElimination(problem.Examples, problem.Bits);
        Assert.True((naive.Rank, naive.Contradictions) == (learned.Rank, learned.Contradictions),
            $"{name}, {problem.Kind}, d = {problem.Bits}, m = {problem.Examples.Length}: rank {learned.Rank} and {learned.Contradictions} contradictions, " +
            $"expected {naive.Rank} and {naive.Contradictions}");
        Assert.Equal((problem.Bits, problem.Examples.Length), (learned.Bits, learned.Examples));
        Assert.Equal(naive.PivotColumns, learned.PivotColumns);
        (bool[] predictions, bool[] outside) = Answers(engine, learned, problem);
        BinaryMatrix queries = problem.PackedQueries();
        for (int t = 0; t < problem.Queries.Length; t++)
        {
            Assert.True(naive.Answer(problem.Queries[t]) == (predictions[t], outside[t]), $"{name}, {problem.Kind}, d = {problem.Bits}: query {t}");
            Assert.Equal(predictions[t], learned.Predict(queries.Row(t)));
        }

        if (problem.Bits <= 70)
        {
            bool[] theta = naive.Hypothesis();
            ulong[] words = learned.Hypothesis.ToArray();
            Assert.Equal(theta, Enumerable.Range(0, problem.Bits).Select(j => ((words[j / 64] >> (j % 64)) & 1) != 0));
        }

        return (learned.Contradictions, outside.Count(x => x));
    }

    private static (bool[] Predictions, bool[] Outside) Answers(RowEngine engine, ParityElimination learned, ParityProblem problem)
    {
        bool[] predictions = new bool[problem.Queries.Length], outside = new bool[problem.Queries.Length];
        engine.Answer(learned, problem.PackedQueries(), predictions, outside);
        return (predictions, outside);
    }
}
