using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Tests.Laws;

namespace Unrolled.Tests.Newton;

/// <summary>A learned method inside a correct loop solves whatever its fallback solves, and says how often it was needed.</summary>
public class SafeguardedSolverTests
{
    public static TheoryData<string, double> OnTheGallery
    {
        get
        {
            var pairs = new TheoryData<string, double>();
            foreach (string name in NonlinearGallery.Names)
            {
                foreach (double weight in new[] { -0.9, -0.001, 5, 0.3 })
                {
                    pairs.Add(name, weight);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(OnTheGallery))]
    public void Converges_on_everything_that_its_fallback_converges_on(string system, double weight)
    {
        NonlinearSystem problem = NonlinearGallery.Named(system);
        var learned = new LearnedSolver(new LearnedCoefficients(weight, weight, weight), 0.5);
        Solution classical = Solver.Solve(new NewtonMethod(), problem);
        Solution solution = SafeguardedSolver.Solve(learned, new NewtonMethod(), problem);
        NonlinearTruth.Holds(problem, solution);
        Assert.True(solution.Converged || !classical.Converged, $"{solution.Outcome()} where the fallback alone has {classical.Outcome()}");
    }

    [Fact]
    public void Healthy_instances_never_fall_back_and_sick_ones_say_so()
    {
        NonlinearSystem problem = NonlinearGallery.FamilyOf("chandrasekhar").Draw(30, new RandomStream(2));
        var good = new LearnedSolver(new LearnedCoefficients(-0.6664, -0.4369, -1.6244, -0.401, -1.6826, -1.7794), 0.5);
        var stalled = new LearnedSolver(new LearnedCoefficients(-0.001), 0.5);
        Solution healthy = SafeguardedSolver.Solve(good, new NewtonMethod(), problem), sick = SafeguardedSolver.Solve(stalled, new NewtonMethod(), problem);
        Solution classical = Solver.Solve(new NewtonMethod(), problem);
        Assert.True(healthy.Converged && sick.Converged);
        for (int s = 0; s < 30; s++)
        {
            Assert.Equal(0, healthy.Outcome(s).Fallbacks);
            Assert.Equal(classical.Outcome(s).Iterations, sick.Outcome(s).Fallbacks);
            Assert.Equal(classical.Outcome(s).Iterations + 1, sick.Outcome(s).Iterations);
            Assert.Equal(classical.Outcome(s).Products + 2, sick.Outcome(s).Products);
            Assert.Equal(classical.Outcome(s).Residual, sick.Outcome(s).Residual);
        }
    }

    [Fact]
    public void An_instance_has_its_bits_and_counts_in_any_company()
    {
        NonlinearSystem problem = NonlinearGallery.WideChandrasekhar().Draw(19, new RandomStream(6));
        var learned = new LearnedSolver(new LearnedCoefficients(-0.6664, -0.4369, -1.6244, -0.401, -1.6826, -1.7794), 0.02);
        Solution together = SafeguardedSolver.Solve(learned, new NewtonMethod(), problem, options: new SolverOptions { Threads = 2, ChunkInstances = 5 });
        Assert.True(together.Outcomes.ToArray().Select(o => o.Fallbacks > 0).Distinct().Count() == 2, "some should fall back and some not");
        for (int s = 0; s < 19; s++)
        {
            Truth.SameBits(SafeguardedSolver.Solve(learned, new NewtonMethod(), problem.Select([s])), together, 0, s);
        }
    }

    [Fact]
    public void Relative_residuals_of_all_legs_refer_to_the_original_start()
    {
        NonlinearSystem problem = NonlinearGallery.Named("chandrasekhar");
        double start = NonlinearTruth.Residual(problem, problem.InitialIterate!.Value, 0);
        var learned = new LearnedSolver(new LearnedCoefficients(-0.9), 1e-3);
        foreach (StoppingCriterion stop in new[] { StoppingCriterion.Relative(1e-9), StoppingCriterion.Absolute(1e-9) })
        {
            Outcome outcome = SafeguardedSolver.Solve(learned, new NewtonMethod(), problem, stop).Outcome();
            Assert.True(outcome.Fallbacks > 0);
            Assert.Equal(outcome.Residual / start, outcome.RelativeResidual, 1e-12 * outcome.RelativeResidual);
        }
    }

    [Fact]
    public void A_canceled_run_does_not_fall_back()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var learned = new LearnedSolver(new LearnedCoefficients(-0.9), 0.5);
        Outcome outcome = SafeguardedSolver.Solve(learned, new NewtonMethod(), NonlinearGallery.Named("burgers"), cancellationToken: source.Token).Outcome();
        Assert.Equal((Termination.Canceled, 0, 0), (outcome.Termination, outcome.Iterations, outcome.Fallbacks));
    }

    [Fact]
    public void A_method_without_a_rate_is_refused()
    {
        NonlinearSystem problem = NonlinearGallery.Named("linear");
        Assert.Throws<ArgumentException>(() => SafeguardedSolver.Solve(new LearnedSolver(NonlinearMethods.Damped), new NewtonMethod(), problem));
        Assert.Throws<ArgumentException>(() => SafeguardedSolver.Solve(new LearnedNewtonKrylov(NonlinearMethods.Damped), new NewtonMethod(), problem));
    }
}
