using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryItemIsDoneOnce(int threads)
    {
        int[] done = new int[37];
        using var team = new WorkerTeam(threads, (thread, item) =>
        {
            Assert.InRange(thread, 0, threads - 1);
            Interlocked.Increment(ref done[item]);
        });
        for (int run = 1; run <= 200; run++)
        {
            if (run % 50 == 0)
            {
                Thread.Sleep(30); // long enough for the team to fall asleep
            }

            team.Run(run % 3 == 0 ? 1 : done.Length);
            Assert.Equal(run, done[0]);
            Assert.All(done[1..], count => Assert.Equal(run - (run / 3), count));
        }

        team.Run(0);
    }

    [Fact]
    public void ALateThreadTakesNoItemOfAnotherJob()
    {
        int[] done = new int[64];
        using var team = new WorkerTeam(4, (_, item) => Interlocked.Increment(ref done[item]));
        int[] expected = new int[64];
        for (int run = 0; run < 5000; run++)
        {
            int items = 2 + (run * 7 % 61);
            team.Run(items);
            for (int i = 0; i < items; i++)
            {
                expected[i]++;
            }
        }

        Assert.Equal(expected, done);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AFailureReachesTheCallerAndTheTeamGoesOn(int threads)
    {
        bool fails = true;
        int done = 0;
        using var team = new WorkerTeam(threads, (_, item) =>
        {
            Interlocked.Increment(ref done);
            if (fails && item == 5)
            {
                throw new InvalidOperationException("item 5");
            }
        });
        Assert.Equal("item 5", Assert.Throws<InvalidOperationException>(() => team.Run(20)).Message);
        (fails, done) = (false, 0);
        team.Run(20);
        Assert.Equal(20, done);
    }

    [Fact]
    public void ATeamEndsWithoutWorkToo()
    {
        new WorkerTeam(3, (_, _) => { }).Dispose();
        var team = new WorkerTeam(2, (_, _) => { });
        team.Dispose();
        team.Dispose();
    }
}
