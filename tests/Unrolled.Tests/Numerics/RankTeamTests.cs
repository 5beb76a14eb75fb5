using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class RankTeamTests
{
    [Theory]
    [InlineData(1, 1, 7)]
    [InlineData(2, 3, 7)]
    [InlineData(3, 1, 12)]
    [InlineData(5, 2, 3)]
    [InlineData(4, 1, 0)]
    public void EveryItemIsDoneByOneRankAndKnownToAll(int ranks, int threads, int items)
    {
        int[] done = new int[items];
        double[][] seen = ThreadRanks.Run(ranks, r =>
        {
            double[] results = new double[items];
            using var team = new RankTeam(threads, r, (_, item) =>
            {
                Interlocked.Increment(ref done[item]);
                results[item] = Math.Sqrt(item + 0.1);
            }, (int item, ref ItemStream stream) => stream.Pass(ref results[item]));
            team.Run(items);
            return results;
        });
        Assert.All(done, count => Assert.Equal(1, count));
        Assert.All(seen, results => Assert.Equal(Enumerable.Range(0, items).Select(i => Math.Sqrt(i + 0.1)), results));
    }

    /// <summary>Items of different lengths and types, in one exchange or in parts that hold one item each.</summary>
    [Theory]
    [InlineData(RankTeam.LargestExchange, 1)]
    [InlineData(1, 5)]
    [InlineData(200, 3)]
    public void WhatIsTooLargeGoesInParts(int largest, int exchanges)
    {
        const int items = 13, ranks = 3;
        (string Text, int Exchanges)[] seen = ThreadRanks.Run(ranks, r =>
        {
            float[][] values = [.. Enumerable.Range(0, items).Select(i => new float[1 + (i % 4)])];
            long[] stamps = new long[items];
            using var team = new RankTeam(1, r, (_, item) =>
            {
                Array.Fill(values[item], item + 0.5f);
                stamps[item] = ~item;
            }, (int item, ref ItemStream stream) =>
            {
                stream.Pass<float>(values[item]);
                stream.Pass(ref stamps[item]);
            }, largest);
            team.Run(items);
            return (string.Join(';', values.Select(v => string.Join(',', v))) + string.Join(',', stamps), r.Exchanges);
        });
        string expected = string.Join(';', Enumerable.Range(0, items).Select(i => string.Join(',', Enumerable.Repeat(i + 0.5f, 1 + (i % 4)))))
            + string.Join(',', Enumerable.Range(0, items).Select(i => ~i));
        Assert.All(seen, s => Assert.Equal(expected, s.Text));
        Assert.All(seen, s => Assert.Equal(exchanges, s.Exchanges));
    }

    [Fact]
    public void AResultThatIsNotPassedIsMissed()
    {
        double[][] seen = ThreadRanks.Run(2, r =>
        {
            double[] results = new double[4];
            using var team = new RankTeam(1, r, (_, item) => results[item] = 1, (int _, ref ItemStream _) => { });
            team.Run(4);
            return results;
        });
        Assert.Equal([1, 1, 0, 0], seen[0]);
        Assert.Equal([0, 0, 1, 1], seen[1]);
    }

    [Fact]
    public void BlocksOfItemsDifferByAtMostOne()
    {
        for (int ranks = 1; ranks < 9; ranks++)
        {
            for (int items = 0; items < 40; items++)
            {
                Assert.Equal(0, Ranks.FirstItem(items, 0, ranks));
                Assert.Equal(items, Ranks.FirstItem(items, ranks, ranks));
                int[] lengths = [.. Enumerable.Range(0, ranks).Select(r => Ranks.FirstItem(items, r + 1, ranks) - Ranks.FirstItem(items, r, ranks))];
                Assert.InRange(lengths.Max() - lengths.Min(), 0, 1);
            }
        }
    }

    [Fact]
    public void ARankThatFailsFailsWithItsOwnException()
    {
        AggregateException e = Assert.Throws<AggregateException>(() => ThreadRanks.Run(3, r =>
        {
            using var team = new RankTeam(1, r, (_, item) => _ = item == 2 ? throw new InvalidDataException("item 2") : 0, (int _, ref ItemStream _) => { });
            team.Run(3);
            return 0;
        }));
        Assert.Equal("item 2", Assert.IsType<InvalidDataException>(e.InnerException).Message);
    }
}
