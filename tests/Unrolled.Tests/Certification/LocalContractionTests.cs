using Unrolled.Certification;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Certification;

public class LocalContractionTests
{
    private static readonly double[] Published = [-0.6664, -0.4369, -1.6244, -0.401, -1.6826, -1.7794];

    /// <summary>The factor is what the error near the solution is multiplied by in the end, in both forms of the step.</summary>
    [Theory]
    [InlineData(LearnedForm.Direct)]
    [InlineData(LearnedForm.NewtonKrylov)]
    public void TheFactorIsTheObservedOne(LearnedForm form)
    {
        NonlinearFamily family = NonlinearFamilies.Create(new Settings("test", "family").With("kind", "chandrasekhar"));
        NonlinearSystem problem = family.Draw(4, new RandomStream(2).Split("x"));
        Batch exact = Solver.Solve(new NewtonMethod(), problem, StoppingCriterion.Absolute(1e-14)).Iterate;
        double[] weights = [.. Published.Select(w => 0.9 * w)]; // slower than learned, so that the rate shows before rounding
        double[] factors = LocalContraction.Factors(new LearnedCoefficients(weights), problem, exact);
        LearnedStep step = LearnedStep.Of(form, new LearnedCoefficients(weights));
        double Error(int steps, int s)
        {
            Batch x = Solver.Solve(step, problem, StoppingCriterion.Iterations(steps)).Iterate;
            return Math.Sqrt(Enumerable.Range(0, problem.Components).Sum(i => Math.Pow(x[i, s] - exact[i, s], 2)));
        }

        for (int s = 0; s < 4; s++)
        {
            int late = Enumerable.Range(1, 12).Last(k => Error(k, s) > 1e-9);
            Assert.Equal(factors[s], Error(late, s) / Error(late - 1, s), 0.1 * factors[s]);
        }
    }

    [Fact]
    public void WeightsThatDoNotContractAreSeen()
    {
        NonlinearFamily family = NonlinearFamilies.Create(new Settings("test", "family").With("kind", "chandrasekhar"));
        NonlinearSystem problem = family.Draw(2, new RandomStream(2).Split("x"));
        Batch exact = Solver.Solve(new NewtonMethod(), problem, StoppingCriterion.Absolute(1e-12)).Iterate;
        Assert.All(LocalContraction.Factors(new LearnedCoefficients(-2.5), problem, exact), f => Assert.InRange(f, 1.01, 3));
        Assert.All(LocalContraction.Factors(new LearnedCoefficients(-1.0), problem, exact), f => Assert.InRange(f, 0, 0.99));
    }
}

file static class SettingsOf
{
    public static Settings With(this Settings settings, string key, string value)
    {
        settings.Set(key, value);
        return settings;
    }
}
