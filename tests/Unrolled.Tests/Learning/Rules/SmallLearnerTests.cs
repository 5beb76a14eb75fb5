using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Tests.Learning.Rules;

/// <summary>All programs of 18 bits on twelve tasks.</summary>
public class SmallLearnerTests
{
    [Theory]
    [InlineData(SmallTaskKind.Conjunction, 2)]
    [InlineData(SmallTaskKind.Disjunction, 2)]
    [InlineData(SmallTaskKind.Majority, 0)]
    [InlineData(SmallTaskKind.TwoOfThree, 0)]
    [InlineData(SmallTaskKind.ParityOfTwo, 0)]
    [InlineData(SmallTaskKind.PrefixParity, 0)]
    [InlineData(SmallTaskKind.RandomParity, 0)]
    public void ReusablePrograms(SmallTaskKind kind, int expected)
    {
        SmallLearnerCounts counts = SmallLearnerEnumeration.Count(kind, 6, new RandomStream(1).Split((ulong)kind));
        Assert.Equal(expected, counts.Reusable);
        Assert.All(counts.Exact, n => Assert.InRange(n, expected, SmallLearner.Programs / 100)); // some fit one instance by luck
    }

    [Theory]
    [InlineData(SmallTaskKind.Constant, 0.12)]
    [InlineData(SmallTaskKind.FirstBit, 3.7e-4)]
    [InlineData(SmallTaskKind.Dictator, 2.3e-4)]
    [InlineData(SmallTaskKind.NegatedDictator, 2.3e-4)]
    [InlineData(SmallTaskKind.ParityOfAll, 1.3e-2)]
    public void ReusableProbability(SmallTaskKind kind, double expected)
    {
        SmallLearnerCounts counts = SmallLearnerEnumeration.Count(kind, 6, new RandomStream(1).Split((ulong)kind));
        Assert.InRange(counts.ReusableProbability, 0.8 * expected, 1.25 * expected);
        Assert.True(counts.ExactProbability >= counts.ReusableProbability);
        Assert.Equal(1, counts.BestAccuracy);
    }

    /// <summary>The textbook learner: start with 1, keep a bit while it may be in the conjunction, and ask for all that are left.</summary>
    [Fact]
    public void TheEnumerationAgreesWithThePrograms()
    {
        var task = new SmallTask(SmallTaskKind.Conjunction, new RandomStream(3));
        int textbook = Rows((w, x, y) => w & (x | ~y)) | (Rows((a, w, x) => a & (x | ~w)) << 8) | (1 << 16) | (1 << 17);
        Assert.Equal(task.Samples.Length, Right(new SmallLearner(textbook), task));
        SmallLearnerCounts counts = SmallLearnerEnumeration.Count([task]);
        Assert.Equal(task.Samples.Length, Right(counts.First!.Value, task));

        var stream = new RandomStream(4);
        SmallTask half = new(SmallTaskKind.Constant, new RandomStream(5), 5, 9, 70);
        int exact = 0;
        for (int program = 0; program < SmallLearner.Programs; program += 257)
        {
            exact += Right(new SmallLearner(program), half) == 70 ? 1 : 0;
        }

        double sampled = exact / Math.Ceiling(SmallLearner.Programs / 257.0);
        Assert.InRange(SmallLearnerEnumeration.Count([half]).ExactProbability, sampled - 0.05, sampled + 0.05);
    }

    private static int Rows(Func<int, int, int, int> function)
    {
        int rows = 0;
        for (int row = 0; row < 8; row++)
        {
            rows |= (function(row & 1, (row >> 1) & 1, row >> 2) & 1) << row;
        }

        return rows;
    }

    private static int Right(SmallLearner learner, SmallTask task)
    {
        var examples = new LabeledExamples(Bits(task.Examples.ToArray(), task.Bits), task.Labels);
        BitRows samples = Bits(task.Samples.ToArray(), task.Bits);
        bool[] memory = learner.Learn(examples), answers = task.Answers.ToArray();
        return Enumerable.Range(0, samples.Count).Count(i => learner.Predict(memory, samples, i) == answers[i]);
    }

    private static BitRows Bits(ushort[] rows, int bits) => new(rows.Length, bits, (i, j) => ((rows[i] >> j) & 1) != 0);
}
