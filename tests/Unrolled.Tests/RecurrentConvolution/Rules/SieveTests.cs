using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.RecurrentConvolution.Rules;

/// <summary>The sieve is elimination; its network is the sieve; its sizes are those of the derivation.</summary>
public class SieveTests
{
    [Fact]
    public void ElevenGates() => Assert.Equal(11, Sieve.Rule.Gates);

    [Fact]
    public void TheFilterHasThirteenUnits()
    {
        Assert.Equal((13, 46, 799), (Sieve.Filter.Units.Length, Sieve.Filter.NonZero, Sieve.Filter.Dense));
        Assert.All(Sieve.Filter.Units.ToArray(), u => Assert.All(u.Terms, t => Assert.InRange(Math.Abs(t.Weight), 1, 2)));
        Assert.Equal((14, 50), (Sieve.QueriesFilter.Units.Length, Sieve.QueriesFilter.NonZero));
    }

    /// <summary>Every bit of every cell in every step, for all engines.</summary>
    [Fact]
    public void AllEnginesAgreeInEveryStep()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            RequireSameBits(SieveRun.Draw(new RandomStream((ulong)seed), largest: 20), seed);
        }
    }

    /// <summary>The same for the network by hand on larger problems; sizes up to 64, small ones more often.</summary>
    [Fact]
    public void NetworkAndAutomatonAgreeInEveryStep()
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            var stream = new RandomStream((ulong)seed).Split("network");
            SieveRun run = SieveRun.Draw(stream, largest: 1 + stream.NextIndex(64));
            bool one = run.Queries.Length == 1;
            CellRule rule = one ? Sieve.Rule : Sieve.QueriesRule;
            ReluFilter filter = one ? Sieve.Filter : Sieve.QueriesFilter;
            (int rows, int columns) = (run.Rows, run.Bits + 1);
            ICellEngine[] networks =
            [
                new NetworkEngine<float>(filter, rows, columns), new NetworkEngine<double>(filter, rows, columns), new NetworkEngine<sbyte>(filter, rows, columns),
            ];
            CellEngineTests.RequireSameBits(new BitSlicedEngine(rule, rows, columns), networks, run.Start(rule), run.Steps, $"seed {seed}");
        }
    }

    [Fact]
    public void TheSieveIsElimination()
    {
        int contradicting = 0, outside = 0;
        for (int seed = 0; seed < 10_000; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            SieveRun run = SieveRun.Draw(stream, largest: 1 + stream.NextIndex(seed % 10 == 0 ? 128 : 32));
            CellGrid grid = run.Finish(new BitSlicedEngine(Sieve.QueriesRule, run.Rows, run.Bits + 1));
            var basis = new NaiveElimination(run.Examples, run.Bits);
            contradicting += basis.Contradictions > 0 ? 1 : 0;
            bool[][] rows = [.. Enumerable.Range(0, run.Rows).Select(i => Enumerable.Range(0, run.Bits + 1).Select(j => grid[Sieve.RowBit, i, j]).ToArray())];
            Assert.Equal(basis.Rank, rows.Take(run.Examples.Length).Count(r => r[..^1].Contains(true)));
            Assert.Equal(basis.Contradictions, rows.Take(run.Examples.Length).Count(r => r[^1] && !r[..^1].Contains(true)));
            bool[]? solution = NaiveElimination.EchelonSolution(run.Examples, run.Bits);
            Assert.Equal(basis.Contradictions > 0, solution is null);
            var queries = new BitRows(run.Queries.Length, run.Bits, (i, j) => run.Queries[i][j]);
            ParityHypothesis packed = ParityLearner.Linear.Learn(new LabeledExamples(
                new BitRows(run.Examples.Length, run.Bits, (i, j) => run.Examples[i][j]), [.. run.Examples.Select(e => e[^1])]));
            bool[] outsideSpan = packed.Outside(queries);
            Assert.Equal((basis.Rank, basis.Contradictions), (packed.Rank, packed.Contradictions));
            for (int t = 0; t < run.Queries.Length; t++)
            {
                Assert.Equal(basis.Reduce(run.Queries[t]), rows[run.Examples.Length + t]);
                bool beyond = rows[run.Examples.Length + t][..^1].Contains(true);
                outside += beyond ? 1 : 0;
                Assert.Equal(beyond, outsideSpan[t]);
                Assert.Equal(rows[run.Examples.Length + t][^1], packed.Predict(queries.Row(t)));
                if (solution is not null)
                {
                    Assert.Equal(run.Queries[t].Zip(solution).Count(x => x.First & x.Second) % 2 == 1, rows[run.Examples.Length + t][^1]);
                }
            }
        }

        Assert.True(contradicting > 500 && outside > 500, $"{contradicting} contradictions and {outside} queries outside the span are too few to mean something");
    }

    /// <summary>No row changes after <c>2m + d + T - 1</c> steps, and some run needs them all.</summary>
    [Fact]
    public void StepsAreSufficientAndAttained()
    {
        var attained = new HashSet<int>();
        for (int seed = 0; seed < 400; seed++)
        {
            SieveRun run = SieveRun.Draw(new RandomStream((ulong)seed), largest: 10);
            var engine = new BitSlicedEngine(Sieve.QueriesRule, run.Rows, run.Bits + 1);
            CellGrid before = run.Start(Sieve.QueriesRule), after = before.Copy();
            engine.Load(before);
            int last = 0;
            for (int step = 1; step <= run.Steps + 30; step++)
            {
                engine.Step();
                engine.Store(after);
                if (!before.Cells.ToArray().Select(c => c & 1).SequenceEqual(after.Cells.ToArray().Select(c => c & 1)))
                {
                    last = step;
                }

                (before, after) = (after, before);
            }

            Assert.True(last <= run.Steps, $"seed {seed}: a row changed in step {last} of {run.Steps}");
            if (last == run.Steps)
            {
                attained.Add(run.Queries.Length);
            }
        }

        Assert.Equal(4, attained.Count);
    }

    private static void RequireSameBits(SieveRun run, int seed)
    {
        bool one = run.Queries.Length == 1;
        CellRule rule = one ? Sieve.Rule : Sieve.QueriesRule;
        ReluFilter filter = one ? Sieve.Filter : Sieve.QueriesFilter;
        (int rows, int columns) = (run.Rows, run.Bits + 1);
        ICellEngine[] engines =
        [
            new NetworkEngine<float>(filter, rows, columns),
            new NetworkEngine<double>(filter, rows, columns),
            new NetworkEngine<sbyte>(filter, rows, columns),
            .. CellEngineTests.Engines(rule, rows, columns),
        ];
        CellEngineTests.RequireSameBits(new AutomatonEngine(rule, rows, columns), engines, run.Start(rule), run.Steps, $"seed {seed}");
    }
}
