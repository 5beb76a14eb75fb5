using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.RecurrentConvolution;

namespace Unrolled.Tests.Problems.Families;

/// <summary>Draws repeat, labels are what the concept says, and the kinds of examples are what their names say.</summary>
public class ConceptFamilyTests
{
    [Fact]
    public void DrawsRepeatAndLongerOnesBeginWithShorterOnes()
    {
        var family = new ConceptFamily(ConceptKind.Parity, 9, 14, 3, ExampleKind.LowRank, 0.125);
        IReadOnlyList<LearningProblem> three = family.Draw(3, new RandomStream(5)), five = family.Draw(5, new RandomStream(5));
        for (int s = 0; s < 3; s++)
        {
            Assert.Equal(Rows(three[s].Examples), Rows(five[s].Examples));
            Assert.Equal(Rows(three[s].Queries), Rows(five[s].Queries));
        }

        Assert.NotEqual(Rows(five[3].Examples), Rows(five[4].Examples));
    }

    [Theory]
    [InlineData(ExampleKind.Uniform)]
    [InlineData(ExampleKind.Sparse)]
    [InlineData(ExampleKind.LowRank)]
    [InlineData(ExampleKind.Duplicated)]
    public void ParitiesAreConsistentAndNoiseIsNot(ExampleKind kind)
    {
        int contradicting = 0;
        foreach (LearningProblem problem in new ConceptFamily(ConceptKind.Parity, 8, 40, 5, kind).Draw(50, new RandomStream(1)))
        {
            var basis = new NaiveElimination(Rows(problem.Examples), 8);
            Assert.Equal(0, basis.Contradictions);
            Assert.True(kind is not (ExampleKind.LowRank or ExampleKind.Duplicated) || basis.Rank <= 4);
            foreach (bool[] query in Rows(problem.Queries))
            {
                bool[] rest = basis.Reduce(query);
                Assert.True(rest[..^1].Contains(true) || !rest[^1], "a query in the span of the examples has the wrong answer");
            }
        }

        foreach (LearningProblem problem in new ConceptFamily(ConceptKind.Parity, 8, 40, 5, kind, 0.125).Draw(50, new RandomStream(1)))
        {
            contradicting += new NaiveElimination(Rows(problem.Examples), 8).Contradictions > 0 ? 1 : 0;
        }

        Assert.InRange(contradicting, 40, 50);
    }

    [Theory]
    [InlineData(ConceptKind.ParityOfAll)]
    [InlineData(ConceptKind.Majority)]
    [InlineData(ConceptKind.Constant)]
    public void FixedConcepts(ConceptKind concept)
    {
        LearningProblem problem = new ConceptFamily(concept, 7, 60).Draw(new RandomStream(2));
        foreach (bool[] row in Rows(problem.Examples).Concat(Rows(problem.Queries)))
        {
            int ones = row[..^1].Count(b => b);
            Assert.Equal(concept == ConceptKind.ParityOfAll ? ones % 2 == 1 : concept == ConceptKind.Constant || ones > 3, row[^1]);
        }
    }

    [Theory]
    [InlineData(ConceptKind.Dictator, 1)]
    [InlineData(ConceptKind.NegatedDictator, 1)]
    [InlineData(ConceptKind.Conjunction, 3)]
    [InlineData(ConceptKind.Disjunction, 3)]
    public void HiddenBitsExplainTheLabels(ConceptKind concept, int hidden)
    {
        int positive = 0;
        foreach (LearningProblem problem in new ConceptFamily(concept, 6, 200).Draw(20, new RandomStream(3)))
        {
            bool[][] rows = Rows(problem.Examples);
            int explained = Enumerable.Range(0, 1 << 6).Where(set => int.PopCount(set) == hidden).Count(set => rows.All(r => Value(concept, r, set) == r[^1]));
            Assert.Equal(1, explained);
            positive += rows.Count(r => r[^1]);
        }

        Assert.InRange(positive / 4000.0, 0.3, 0.7);
    }

    [Fact]
    public void SettingsAreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConceptFamily(ConceptKind.Parity, 0, 1));
        Assert.Contains("0.6", Assert.Throws<ArgumentOutOfRangeException>(() => new ConceptFamily(ConceptKind.Parity, 3, 1, noise: 0.6)).Message, StringComparison.Ordinal);
        Assert.Contains("14 examples of 9 bits", new ConceptFamily(ConceptKind.Parity, 9, 14).Description, StringComparison.Ordinal);
    }

    private static bool Value(ConceptKind concept, bool[] row, int set)
    {
        bool[] values = [.. Enumerable.Range(0, 6).Where(j => (set & (1 << j)) != 0).Select(j => row[j])];
        return concept switch
        {
            ConceptKind.Conjunction => values.All(v => v),
            ConceptKind.NegatedDictator => !values[0],
            _ => values.Any(v => v),
        };
    }

    private static bool[][] Rows(LabeledExamples examples) =>
        [.. Enumerable.Range(0, examples.Count).Select(i => (bool[])[.. Enumerable.Range(0, examples.Bits).Select(j => examples.Inputs[i, j]), examples.Labels[i]])];
}
