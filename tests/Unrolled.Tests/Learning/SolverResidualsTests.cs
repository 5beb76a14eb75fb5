using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Laws;

namespace Unrolled.Tests.Learning;

/// <summary>Residuals of unrolled nonlinear steps: those of the deployed method, with exact derivatives, in any number of threads.</summary>
public class SolverResidualsTests
{
    [Theory]
    [InlineData(LearnedForm.Direct, 0, false, 3)]
    [InlineData(LearnedForm.Direct, 2, false, 3)]
    [InlineData(LearnedForm.Direct, 0, true, 2)]
    [InlineData(LearnedForm.Direct, 2, true, 2)]
    [InlineData(LearnedForm.NewtonKrylov, 0, false, 1)]
    [InlineData(LearnedForm.NewtonKrylov, 2, false, 1)]
    [InlineData(LearnedForm.NewtonKrylov, 0, true, 1)]
    [InlineData(LearnedForm.NewtonKrylov, 2, true, 1)]
    public void The_gradient_is_that_of_central_differences(LearnedForm form, int degree, bool preconditioned, int steps)
    {
        NonlinearSystem problem = Problem(preconditioned, 21);
        LearnedCoefficients start = Start(3, degree);
        using var residuals = new SolverResiduals(problem, form, start, steps);
        var random = new RandomStream(8);
        residuals.Reweight([.. Enumerable.Range(0, steps * 21).Select(k => k % 5 == 4 ? 0 : random.NextUniform(0.5, 2))]);
        double[] at = start.Values.ToArray();
        var factor = new TriangularFactor(at.Length + 1);
        double value = residuals.Linearize(at, factor);
        Assert.Equal(residuals.Evaluate(at), value);
        Assert.Equal(value, factor.SumOfSquares, 1e-12 * value);
        double[] gradient = [.. Enumerable.Range(0, at.Length).Select(j => 2 * Enumerable.Range(0, at.Length + 1).Sum(k => factor[k, j] * factor[k, at.Length]))];
        double largest = gradient.Max(Math.Abs);
        Assert.True(largest > 1e-6 * value);
        for (int j = 0; j < at.Length; j++)
        {
            const double h = 1e-5;
            double[] up = [.. at], down = [.. at];
            up[j] += h;
            down[j] -= h;
            Assert.Equal((residuals.Evaluate(up) - residuals.Evaluate(down)) / (2 * h), gradient[j], 1e-6 * largest);
        }
    }

    [Theory]
    [InlineData(LearnedForm.Direct, 0)]
    [InlineData(LearnedForm.Direct, 2)]
    [InlineData(LearnedForm.NewtonKrylov, 2)]
    public void Any_number_of_threads_gives_the_same_bits(LearnedForm form, int degree)
    {
        NonlinearSystem problem = Problem(preconditioned: false, 400);
        LearnedCoefficients start = Start(4, degree);
        int steps = form == LearnedForm.Direct ? 2 : 1, columns = start.Values.Length + 1;
        double[][] seen = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using var residuals = new SolverResiduals(problem, form, start, steps, threads);
            var factor = new TriangularFactor(columns);
            double value = residuals.Linearize(start.Values, factor);
            double[] entries = [.. Enumerable.Range(0, columns * columns).Select(k => factor[k / columns, k % columns])];
            return new[] { value }.Concat(entries).Concat(residuals.Norms.ToArray()).ToArray();
        })];
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(seen[0], seen[2]);
    }

    [Theory]
    [InlineData(LearnedForm.Direct, false)]
    [InlineData(LearnedForm.Direct, true)]
    [InlineData(LearnedForm.NewtonKrylov, true)]
    public void The_norms_are_those_of_the_deployed_method(LearnedForm form, bool preconditioned)
    {
        NonlinearSystem problem = Problem(preconditioned, 30);
        LearnedCoefficients start = Start(3, 2);
        int steps = form == LearnedForm.Direct ? 3 : 1;
        using var residuals = new SolverResiduals(problem, form, start, steps);
        residuals.Evaluate(start.Values);
        for (int k = 1; k <= steps; k++)
        {
            StoppingCriterion stop = StoppingCriterion.Iterations(k);
            Solution run = form == LearnedForm.Direct ? Solver.Solve(new LearnedSolver(start), problem, stop) : Solver.Solve(new LearnedNewtonKrylov(start), problem, stop);
            for (int s = 0; s < 30; s++)
            {
                Assert.Equal(run.Outcome(s).Residual, residuals.Norms[((k - 1) * 30) + s], 1e-13);
            }
        }
    }

    [Fact]
    public void Numbers_that_are_not_finite_give_no_rows()
    {
        LearnedCoefficients start = Start(2, 0);
        using var residuals = new SolverResiduals(Problem(preconditioned: false, 9), LearnedForm.Direct, start, 1);
        var factor = new TriangularFactor(4);
        Assert.False(double.IsFinite(residuals.Linearize([-1, double.NaN, -1], factor)));
        Assert.Equal(0, factor.SumOfSquares);
        Assert.True(double.IsFinite(residuals.Evaluate(start.Values)));
    }

    [Fact]
    public void The_other_form_is_trained_one_step_at_a_time()
    {
        string message = Assert.Throws<ArgumentException>(() => new SolverResiduals(Problem(preconditioned: false, 3), LearnedForm.NewtonKrylov, Start(2, 0), 2)).Message;
        Assert.Contains("2 steps were asked for; the Newton-Krylov form is trained one step at a time", message, StringComparison.Ordinal);
    }

    private static NonlinearSystem Problem(bool preconditioned, int instances)
    {
        NonlinearFamily family = preconditioned ? NonlinearGallery.FamilyOf("bratu-1d", "grid", "7") : NonlinearGallery.WideChandrasekhar();
        NonlinearSystem drawn = family.Draw(instances, new RandomStream(3));
        Assert.Equal(preconditioned, drawn.Preconditioner is not null);
        return drawn;
    }

    private static LearnedCoefficients Start(int innerEvaluations, int degree)
    {
        LearnedCoefficients plain = SolverStarts.Number(1, innerEvaluations, 1, degree, new RandomStream(4));
        var random = new RandomStream(5);
        return plain.With([.. plain.Values.ToArray().Select(v => v + (0.05 * random.NextNormal()))]);
    }
}
