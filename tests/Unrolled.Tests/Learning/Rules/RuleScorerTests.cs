using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.Learning.Rules;

/// <summary>The engine of the search against the engines of cellular rules.</summary>
public class RuleScorerTests
{
    private static readonly ParityTask[] _tasks = [new(1, 3, new RandomStream(1)), new(2, 5, new RandomStream(2)), new(3, 7, new RandomStream(3), 2)];

    [Theory]
    [InlineData(RuleForm.Gates, SearchedParts.Functions)]
    [InlineData(RuleForm.Tables, SearchedParts.Functions)]
    [InlineData(RuleForm.Tables, SearchedParts.Clock)]
    [InlineData(RuleForm.Gates, SearchedParts.Clock | SearchedParts.Directions)]
    [InlineData(RuleForm.Tables, SearchedParts.Directions)]
    public void CountsTheAnswersOfTheRule(RuleForm form, SearchedParts parts)
    {
        var space = new RuleSpace(form, parts);
        var scorer = new RuleScorer(_tasks);
        var stream = new RandomStream(4);
        byte[] genes = new byte[space.Values.Length];
        for (int trial = 0; trial < 25; trial++)
        {
            space.Draw(stream, genes);
            RuleCandidate candidate = space.Decode(genes);
            int right = _tasks.Sum(t => RuleValidation.Right(space.ToRule(genes), t));
            Assert.Equal(right, scorer.Score(candidate, 0));
            Assert.Equal(right, scorer.Score(candidate, right));
            Assert.Equal(-1, scorer.Score(candidate, right + 1));
        }
    }

    /// <summary>Rows that are not asked for may be anything; of those that are asked for, some matter.</summary>
    [Fact]
    public void RowsThatAreNotAskedForDoNotMatter()
    {
        var space = new RuleSpace(RuleForm.Gates);
        var scorer = new RuleScorer(_tasks);
        var stream = new RandomStream(5);
        byte[] genes = new byte[space.Values.Length];
        int changed = 0, free = 0;
        for (int trial = 0; trial < 40; trial++)
        {
            space.Draw(stream, genes);
            RuleCandidate rule = space.Decode(genes);
            uint asked = scorer.RowsAsked(rule);
            uint flips = (uint)stream.NextBits();
            RuleCandidate other = rule with { S = rule.S ^ (flips & ~asked), C = rule.C ^ ~asked };
            free += rule == other ? 0 : 1;
            Assert.Equal(scorer.Score(rule, 0), scorer.Score(other, 0));
            changed += scorer.Score(rule with { S = rule.S ^ asked }, 0) != scorer.Score(rule, 0) ? 1 : 0;
        }

        Assert.InRange(free, 10, 40);
        Assert.InRange(changed, 10, 40);
    }

    [Fact]
    public void EliminationAnswersAllProblems()
    {
        Assert.All(_tasks, t => Assert.Equal(ParityTask.Problems, RuleValidation.Right(Sieve.Rule, t)));
        Assert.Null(new RuleValidation(7).FirstFailure(Sieve.Rule));
    }
}
