using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.Learning.Rules;

/// <summary>Rules found on tiny problems are right on large ones, whatever the threads and interruptions; over-fits are told apart.</summary>
public class RuleSearchTests
{
    private static readonly RuleValidation _short = new([new ParityTask(5, 10, new RandomStream(11)), new ParityTask(12, 20, new RandomStream(12))]);

    [Theory]
    [InlineData(RuleForm.Gates, 5)]
    [InlineData(RuleForm.Tables, 3)]
    public void ARuleFoundOnThreeBitsLearnsSixtyFour(RuleForm form, int seed)
    {
        using var search = new RuleSearch(new RuleSpace(form), (ulong)seed, RuleSearchOptions.For(form) with { Threads = 2, Restarts = 40 });
        CellRule? rule = search.Run();
        Assert.NotNull(rule);
        Assert.All(search.Tasks, t => Assert.InRange(t.Bits, 1, 3));
        Assert.Equal(1.0, search.BestAccuracy);
        foreach (ParityTask fresh in new[] { new ParityTask(64, 74, new RandomStream(99)), new ParityTask(24, 40, new RandomStream(98), 9) })
        {
            Assert.Equal(ParityTask.Problems, RuleValidation.Right(rule, fresh));
        }

        Assert.Equal(rule.ToString(), CellRule.Parse(rule.ToString()).ToString());
        FilterFollowsTheRule(rule);
    }

    [Fact]
    public void ThreadsRoundsAndInterruptionsChangeNothing()
    {
        var space = new RuleSpace(RuleForm.Gates);
        RuleSearchOptions options = RuleSearchOptions.For(RuleForm.Gates) with { Evaluations = 1500, Restarts = 30, Threads = 1, RestartsPerRound = 30 };
        using var whole = new RuleSearch(space, 2, options, _short);
        whole.Run();
        Assert.True(whole.State.Restarts > 8 || whole.Found is not null);

        using var threads = new RuleSearch(space, 2, options with { Threads = 3, RestartsPerRound = 7 }, _short);
        threads.Run();
        Same(whole.State, threads.State);

        RuleSearchState state = RuleSearchState.Start;
        bool more = true;
        while (more)
        {
            using var part = new RuleSearch(space, 2, options with { Threads = 2, RestartsPerRound = 3 }, _short, state);
            more = part.Round();
            state = part.State;
        }

        Same(whole.State, state);
    }

    [Fact]
    public void CancellationKeepsWhatIsDone()
    {
        using var search = new RuleSearch(new RuleSpace(RuleForm.Tables), 3, new RuleSearchOptions { Threads = 2, Restarts = 4 }, _short);
        Assert.Throws<OperationCanceledException>(() => search.Round(new CancellationToken(canceled: true)));
        Assert.Equal(0, search.State.Restarts);
        Assert.Null(search.Found);
        Assert.False(search.Finished);
    }

    /// <summary>One bit alone does not tell elimination from simpler rules.</summary>
    [Fact]
    public void OverFitsAreRejectedAndCounted()
    {
        var options = new RuleSearchOptions { Sizes = [(1, 3)], Evaluations = 2000, Restarts = 12, Threads = 2 };
        using var search = new RuleSearch(new RuleSpace(RuleForm.Tables), 6, options, _short);
        search.Run();
        Assert.InRange(search.State.OverFits, 1, search.State.Restarts);
        Assert.Equal(1.0, search.BestAccuracy);
    }

    [Fact]
    public void ARuleThatMixesUpLateColumnsIsRejected()
    {
        CellRule sieve = Sieve.Rule;
        GateExpression[] next = sieve.Next.ToArray();
        next[Sieve.SendBit] = GateExpression.Input(5); // the pulse never comes down: only the first row is sent
        (ParityTask Task, int Right)? failure = new RuleValidation(1).FirstFailure(sieve.With(next));
        Assert.NotNull(failure);
        Assert.InRange(failure.Value.Right, 150, 450);
    }

    [Fact]
    public void RandomDrawsCountAsEvaluations()
    {
        var options = new RuleSearchOptions { Method = RuleSearchMethod.Random, Evaluations = 500, Restarts = 3, Threads = 1 };
        using var search = new RuleSearch(new RuleSpace(RuleForm.Gates), 1, options, _short);
        Assert.Null(search.Run());
        Assert.Equal((3, 1500L), (search.State.Restarts, search.State.Evaluations));
        Assert.InRange(search.BestAccuracy, 0.5, 0.999);
    }

    [Fact]
    public void AStateOfAnotherSpaceIsRefused()
    {
        var state = new RuleSearchState(1, 1, 0, new byte[128], 700, null);
        Assert.Throws<ArgumentException>(() => new RuleSearch(new RuleSpace(RuleForm.Gates), 1, null, _short, state));
    }

    private static void Same(RuleSearchState a, RuleSearchState b)
    {
        Assert.Equal((a.Restarts, a.Evaluations, a.OverFits, a.BestScore), (b.Restarts, b.Evaluations, b.OverFits, b.BestScore));
        Assert.Equal(a.Best, b.Best);
        Assert.Equal(a.Found, b.Found);
    }

    private static void FilterFollowsTheRule(CellRule rule)
    {
        var task = new ParityTask(4, 8, new RandomStream(13));
        var grid = new CellGrid(task.Rows, task.Columns, 5);
        for (int i = 0; i < task.Rows; i++)
        {
            for (int j = 0; j < task.Columns; j++)
            {
                grid[0, i, j] = task[0, i, j];
            }
        }

        grid[4, 0, 0] = true;
        var automaton = new AutomatonEngine(rule, task.Rows, task.Columns);
        var network = new NetworkEngine<float>(rule.Compile(), task.Rows, task.Columns);
        automaton.Load(grid);
        network.Load(grid);
        for (int t = 0; t < task.Steps; t++)
        {
            automaton.Step();
            network.Step();
            CellGrid a = grid.Copy(), b = grid.Copy();
            automaton.Store(a);
            network.Store(b);
            Assert.True(a.SameAs(b));
        }
    }
}
