using Unrolled.Cli.Sharing;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Tests.Numerics;

namespace Unrolled.Tests.Cli;

public class SharedRunTests
{
    /// <summary>Whichever rank is asked to stop, all see it after the same exchange.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void RanksAgreeOnWhenToStop(int asked)
    {
        using var stop = new CancellationTokenSource();
        int[] seen = ThreadRanks.Run(
            3,
            r =>
            {
                using var run = new SharedRun(r, r.StopRequested);
                int steps = 0;
                while (!run.Cancellation.IsCancellationRequested)
                {
                    if (r.Rank == asked && steps == 5)
                    {
                        stop.Cancel();
                    }

                    byte[] all = new byte[6];
                    all[2 * r.Rank] = (byte)steps;
                    all[(2 * r.Rank) + 1] = (byte)r.Rank;
                    run.Gather(all, [2, 2, 2]);
                    Assert.Equal([(byte)steps, 0, (byte)steps, 1, (byte)steps, 2], all);
                    steps++;
                }

                return steps;
            },
            rank => rank == asked ? stop.Token : default);
        Assert.All(seen, steps => Assert.Equal(6, steps));
    }

    [Fact]
    public void WhatTheFirstSaysCounts() => Assert.All(
        ThreadRanks.Run(3, r =>
        {
            using var run = new SharedRun(r, default);
            return (run.FromFirst(100L + r.Rank), run.FromFirst(r.Rank == 0), run.FromFirst(r.Rank != 0));
        }),
        s => Assert.Equal((100L, true, false), s));

    [Fact]
    public void RanksWithOtherFilesAreRefused()
    {
        AggregateException e = Assert.Throws<AggregateException>(() => ThreadRanks.Run(3, r =>
        {
            using var run = new SharedRun(r, default);
            run.RequireSame("e.yaml", "the same");
            run.RequireSame("e.yaml", r.Rank == 2 ? "other" : "one");
            return 0;
        }));
        Assert.Contains("rank 2 has another one than rank 0", Assert.IsType<InvalidInputException>(e.InnerException).Message);
    }

    [Fact]
    public void AloneAStopIsSeenAtOnceAndAfterTheSharedPartByTheFirst()
    {
        using var stop = new CancellationTokenSource();
        using var alone = new SharedRun(Ranks.Alone, stop.Token);
        Assert.Same(Ranks.Alone, alone.Work);
        Assert.False(alone.Cancellation.IsCancellationRequested);
        stop.Cancel();
        Assert.True(alone.Cancellation.IsCancellationRequested);
        Assert.All(ThreadRanks.Run(2, r =>
        {
            using var run = new SharedRun(r, stop.Token);
            bool before = run.Cancellation.IsCancellationRequested, leads = run.GoOnAlone();
            return (before, leads == (r.Rank == 0), run.Cancellation.IsCancellationRequested);
        }), s => Assert.Equal((false, true, true), s));
    }

    /// <summary>Ten steps of 8 items of 1 ms, computed by one rank: the whole of the formula.</summary>
    [Fact]
    public void TheCostIsThatOfTheFormula()
    {
        var cost = new CommunicationCost(1);
        for (int k = 0; k < 10; k++)
        {
            cost.Add(new SharedStep(8, 8, 4000, 0.008, 0.008));
        }

        Assert.Equal(40_000, cost.ResultBytes);
        double serial = cost.SerialSeconds;
        Assert.Equal(serial + 0.08, cost.Predict(1), 1e-12);
        Assert.Equal(serial + 0.04 + (10 * CommunicationCost.Latency) + (40_000 / CommunicationCost.Bandwidth), cost.Predict(2), 1e-12);
        Assert.Equal(serial + 0.01 + (10 * CommunicationCost.Latency * 4) + (40_000 / CommunicationCost.Bandwidth), cost.Predict(16), 1e-12); // 8 of 16 ranks idle
        Assert.Equal(serial + 0.01 + (10 * CommunicationCost.Latency * 6) + (40_000 / CommunicationCost.Bandwidth), cost.Predict(64), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => cost.Predict(3));
        Assert.Contains(cost.Lines(), line => line.Contains("4 kB and 1 message a step", StringComparison.Ordinal));
    }

    /// <summary>The share that one of two ranks computes says the same as the whole.</summary>
    [Fact]
    public void TheCostIsTheSameFromAnyRank()
    {
        CommunicationCost whole = new(1), half = new(2);
        whole.Add(new SharedStep(8, 8, 4000, 0.008, 0.008));
        half.Add(new SharedStep(8, 4, 4000, 0.004, 0.004));
        Assert.Equal(whole.Predict(4) - whole.SerialSeconds, half.Predict(4) - half.SerialSeconds, 1e-12);
    }
}
