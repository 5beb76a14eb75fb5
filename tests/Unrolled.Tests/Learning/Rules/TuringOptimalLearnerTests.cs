using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.Learning.Rules;

/// <summary>Restarts and a validation of the right size.</summary>
public class TuringOptimalLearnerTests
{
    [Fact]
    public void SizesTheValidationByTheRestarts()
    {
        Assert.Equal((int)Math.Ceiling((Math.Log(1e6) + Math.Log(100)) / 0.01), ValidationSize.For(1e6, 0.1, 0.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => ValidationSize.For(0, 0.1, 0.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => ValidationSize.For(10, 0, 0.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => ValidationSize.For(10, 1e-6, 0.01));
    }

    [Theory]
    [InlineData(ConceptKind.ParityOfAll)]
    [InlineData(ConceptKind.Constant)]
    public void FindsAProgramThatLearns(ConceptKind concept)
    {
        var learner = new TuringOptimalLearner(new SmallLearnerSpace(), 2000, 0.2);
        LearningProblem problem = new ConceptFamily(concept, 9, learner.ValidationExamples + 50, 200).Draw(new RandomStream(2));
        TuringOptimalOutcome one = learner.Learn(problem.Examples, 3), two = learner.Learn(problem.Examples, 3, threads: 2);
        Assert.Equal((one.Restart, one.Restarts, one.Mistakes, one.Learned.Program), (two.Restart, two.Restarts, two.Mistakes, two.Learned.Program));
        Assert.Equal(0, one.Mistakes);
        bool[] predictions = new bool[problem.Queries.Count];
        one.Learned.Predict(problem.Queries.Inputs, predictions);
        Assert.Equal(problem.Queries.Labels.ToArray(), predictions);
    }

    [Fact]
    public void TooFewExamplesAreRefused()
    {
        var learner = new TuringOptimalLearner(new SmallLearnerSpace(), 2000);
        LearningProblem problem = new ConceptFamily(ConceptKind.Constant, 4, 30).Draw(new RandomStream(2));
        InvalidInputException fault = Assert.Throws<InvalidInputException>(() => learner.Learn(problem.Examples, 1));
        Assert.Contains($"{learner.ValidationExamples}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleIsAProgram()
    {
        LearningProblem problem = new ConceptFamily(ConceptKind.Parity, 6, 20, 700).Draw(new RandomStream(5));
        bool[] predictions = new bool[problem.Queries.Count];
        new LearnedByRule(Sieve.Rule, problem.Examples).Predict(problem.Queries.Inputs, predictions);
        Assert.Equal(problem.Queries.Labels.ToArray(), predictions);
        ILearned random = new CellRulePrograms(new RuleSpace(RuleForm.Gates)).Run(new RandomStream(1), problem.Examples);
        random.Predict(problem.Queries.Inputs, predictions);
        Assert.NotEqual(problem.Queries.Labels.ToArray(), predictions);
    }

    [Theory]
    [InlineData(16, 0.1)]
    [InlineData(32, 0.1)]
    [InlineData(64, 0.05)]
    [InlineData(8, 0.0)]
    public void LearnsParitiesThroughNoise(int bits, double noise)
    {
        var learner = new NoisyParity(bits, noise, (8 * bits) + 8);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            LearningProblem problem = new ConceptFamily(ConceptKind.Parity, bits, learner.FewestExamples, 100, noise: noise).Draw(new RandomStream(seed));
            NoisyParityOutcome one = learner.Learn(problem.Examples, seed), two = learner.Learn(problem.Examples, seed, threads: 2);
            Assert.Equal(one, two);
            Assert.NotNull(one.Hypothesis);
            for (int i = 0; i < 100; i++)
            {
                bool predicted = ulong.PopCount(problem.Queries.Inputs.Row(i)[0] & one.Hypothesis.Value) % 2 != 0;
                Assert.Equal(problem.Queries.Labels[i], predicted);
            }
        }
    }

    /// <summary>With delta = 0.05, 200 trials fail 10 times on average at most; 22 or more have a probability below 0.001 then.</summary>
    [Theory]
    [InlineData(16, 0.1)]
    [InlineData(24, 0.1)]
    [InlineData(16, 0.2)]
    public void FailuresAreAsRareAsPlanned(int bits, double noise)
    {
        var learner = new NoisyParity(bits, noise, (4 * bits) + 8, 0.05);
        int failures = 0;
        for (ulong seed = 1; seed <= 200; seed++)
        {
            LearningProblem problem = new ConceptFamily(ConceptKind.Parity, bits, learner.FewestExamples, 64, noise: noise).Draw(new RandomStream(seed));
            NoisyParityOutcome outcome = learner.Learn(problem.Examples, seed);
            failures += outcome.Hypothesis is ulong h && Enumerable.Range(0, 64).All(i => (ulong.PopCount(problem.Queries.Inputs.Row(i)[0] & h) % 2 != 0) == problem.Queries.Labels[i]) ? 0 : 1;
        }

        Assert.InRange(failures, 0, 21);
    }

    [Fact]
    public void NoParityGivesNoHypothesis()
    {
        var learner = new NoisyParity(20, 0.05, 168);
        LearningProblem problem = new ConceptFamily(ConceptKind.Majority, 20, learner.FewestExamples).Draw(new RandomStream(1));
        NoisyParityOutcome outcome = learner.Learn(problem.Examples, 1);
        Assert.Null(outcome.Hypothesis);
        Assert.Equal(learner.Restarts, outcome.Restarts);
    }

    [Fact]
    public void NoiseBeyondReachIsRefused()
    {
        ArgumentOutOfRangeException fault = Assert.Throws<ArgumentOutOfRangeException>(() => new NoisyParity(64, 0.4, 520));
        Assert.Contains("out of reach", fault.Message, StringComparison.Ordinal);
        var learner = new NoisyParity(10, 0.1, 88);
        LearningProblem problem = new ConceptFamily(ConceptKind.Parity, 10, learner.FewestExamples - 1).Draw(new RandomStream(1));
        Assert.Throws<InvalidInputException>(() => learner.Learn(problem.Examples, 1));
    }
}
