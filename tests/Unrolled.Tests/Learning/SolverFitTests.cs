using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Laws;

namespace Unrolled.Tests.Learning;

/// <summary>Fits of nonlinear solvers on small budgets, on problems that they were not fitted to.</summary>
public class SolverFitTests
{
    [Fact]
    public void Three_evaluations_a_step_for_one_albedo_reach_the_residuals_of_the_prototype()
    {
        NonlinearFamily family = NonlinearGallery.FamilyOf("chandrasekhar");
        LearnedCoefficients found = Fit(family, LearnedForm.Direct, 3, 0, 48, new SolverFitOptions { Fit = Rounds(25) });
        NonlinearSystem held = family.Draw(300, new RandomStream(77));
        double[] medians = [.. Enumerable.Range(1, 3).Select(k => Median(Norms(new LearnedSolver(found), held, k)))];
        Assert.InRange(medians[0], 0, 3e-3);
        Assert.InRange(medians[1], 0, 3.2e-7);
        Assert.InRange(medians[2], 0, 3.9e-10);
    }

    [Fact]
    public void A_fit_of_the_worst_case_beats_every_mixing_depth_in_the_worst_case()
    {
        NonlinearFamily family = NonlinearGallery.WideChandrasekhar();
        SolverFitOptions options = new() { UnrolledSteps = 1, Power = 2, Fit = Rounds(15) };
        LearnedCoefficients found = Fit(family, LearnedForm.Direct, 4, 6, 192, options);
        NonlinearSystem held = family.Draw(500, new RandomStream(78));
        double mine = Norms(new LearnedSolver(found), held, 1).Max();
        for (int depth = 1; depth <= 5; depth++)
        {
            double classical = Norms(new Anderson(depth), held, 4).Max();
            Assert.True(3 * mine < classical, $"{mine} against {classical} of Anderson({depth})");
        }
    }

    [Fact]
    public void Later_stretches_make_the_other_form_converge()
    {
        NonlinearFamily family = NonlinearGallery.FamilyOf("chandrasekhar");
        LearnedCoefficients found = Fit(family, LearnedForm.NewtonKrylov, 3, 0, 48, new SolverFitOptions { UnrolledSteps = 1, Stretches = 3, Fit = Rounds(20) });
        NonlinearSystem held = family.Draw(300, new RandomStream(79));
        double[] medians = [.. Enumerable.Range(1, 3).Select(k => Median(Norms(new LearnedNewtonKrylov(found), held, k)))];
        Assert.InRange(medians[0], 0, 5.4e-2);
        Assert.InRange(medians[2], 0, 7e-4);
    }

    [Theory]
    [InlineData(LearnedForm.Direct, 2)]
    [InlineData(LearnedForm.NewtonKrylov, 1)]
    public void A_resumed_fit_has_the_same_bits(LearnedForm form, int steps)
    {
        NonlinearFamily family = NonlinearGallery.WideChandrasekhar();
        NonlinearSystem training = family.Draw(40, new RandomStream(1)), validation = family.Draw(40, new RandomStream(2));
        LearnedCoefficients start = SolverStarts.Number(1, 2, 1, 2, new RandomStream(3));
        SolverFitOptions options = new() { UnrolledSteps = steps, Stretches = 2, Fit = Rounds(6) };
        using var whole = new SolverFit(training, validation, form, start, options with { Fit = options.Fit with { Threads = 1 } });
        using var first = new SolverFit(training, validation, form, start, options);
        RunAll(whole);
        first.Round();
        first.Round();
        using var second = new SolverFit(training, validation, form, start, options, first.State);
        Assert.Equal(2, second.Rounds);
        RunAll(second);
        Assert.Equal(whole.BestCoefficients(), second.BestCoefficients());
        Assert.Equal(whole.BestError, second.BestError);
        Assert.Equal(whole.State.Parameters, second.State.Parameters);
        Assert.False(second.Round());
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-300)]
    public void A_start_that_explodes_is_tamed(double weight)
    {
        NonlinearFamily family = NonlinearGallery.FamilyOf("chandrasekhar");
        NonlinearSystem training = family.Draw(32, new RandomStream(1)), validation = family.Draw(32, new RandomStream(2));
        var start = new LearnedCoefficients(weight, weight, weight);
        using var untamed = new SolverResiduals(validation, LearnedForm.Direct, start, 3);
        untamed.Evaluate(start.Values);
        Assert.Contains(untamed.Norms.ToArray(), e => !(e < 1e10));
        using var fit = new SolverFit(training, validation, LearnedForm.Direct, start, new SolverFitOptions { Fit = Rounds(10) });
        Assert.InRange(fit.BestError, 0, 1e10);
        Assert.True(fit.BestCoefficients().Max(Math.Abs) < Math.Abs(weight));
        double before = fit.BestError;
        RunAll(fit);
        Assert.True(fit.BestError < before);
    }

    private static void RunAll(SolverFit fit)
    {
        while (fit.Round())
        {
        }
    }

    private static FitOptions Rounds(int rounds) => new SolverFitOptions().Fit with { Rounds = rounds };

    private static LearnedCoefficients Fit(NonlinearFamily family, LearnedForm form, int evaluations, int degree, int instances, SolverFitOptions options)
    {
        NonlinearSystem training = family.Draw(instances, new RandomStream(1).Split("training")), validation = family.Draw(instances, new RandomStream(1).Split("validation"));
        LearnedCoefficients best = SolverStarts.Number(0, evaluations, degree > 0 ? family.Coordinates : 0, degree, new RandomStream(4));
        double error = double.PositiveInfinity;
        for (int i = 0; i < 2; i++)
        {
            using var fit = new SolverFit(training, validation, form, SolverStarts.Number(i, evaluations, best.Coordinates, degree, new RandomStream(4)), options);
            RunAll(fit);
            (error, best) = fit.BestError < error ? (fit.BestError, best.With(fit.BestCoefficients())) : (error, best);
        }

        return best;
    }

    private static double[] Norms(IIteration<NonlinearSystem> method, NonlinearSystem problem, int steps) =>
        [.. Solver.Solve(method, problem, StoppingCriterion.Iterations(steps)).Outcomes.ToArray().Select(o => o.Residual)];

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
