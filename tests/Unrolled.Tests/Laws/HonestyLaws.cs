using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>What every method reports where there is nothing to be had: no false success, no lost iterate, the right reason.</summary>
public class HonestyLaws
{
    public static TheoryData<string, string> OnHardSystems()
    {
        var pairs = new TheoryData<string, string>();
        foreach (Type type in LinearMethods.Types)
        {
            foreach (NamedSystem system in Gallery.Hard)
            {
                pairs.Add(type.Name, system.Name);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(OnHardSystems))]
    public void Hard_systems_are_reported_truthfully(string method, string system)
    {
        NamedSystem example = Gallery.Named(system);
        LinearSystem problem = example.Problem;
        Solution solution = Solver.Solve(LinearMethods.For(method, example), problem);
        Truth.Holds(problem, solution);
        Assert.All(solution.Iterate.Values.ToArray(), x => Assert.True(double.IsFinite(x)));
        Assert.True(solution.Outcome().RelativeResidual <= 1 + 1e-12, $"the start was better than what is returned: {solution.Outcome()}");
        if (system.EndsWith("inconsistent", StringComparison.Ordinal) || system == "zero-matrix")
        {
            Assert.NotEqual(Termination.Converged, solution.Outcome().Termination);
        }
    }

    [Theory]
    [InlineData("ConjugateGradient")]
    [InlineData("Minres")]
    [InlineData("Gmres")]
    [InlineData("FlexibleGmres")]
    [InlineData("Chebyshev")]
    public void A_consistent_singular_symmetric_system_is_solved(string method)
    {
        NamedSystem example = Gallery.Named("singular-consistent");
        Assert.True(Solver.Solve(LinearMethods.For(method, example), example.Problem).Converged);
    }

    [Theory]
    [MemberData(nameof(LinearMethods.OnAllSystems), MemberType = typeof(LinearMethods))]
    public void Systems_it_is_not_for_are_reported_truthfully(string method, string system)
    {
        NamedSystem example = Gallery.Named(system);
        LinearSystem problem = example.Problem;
        Solution solution = Solver.Solve(LinearMethods.For(method, example), problem, StoppingCriterion.Relative(1e-8) with { MaximumIterations = 1000 });
        Truth.Holds(problem, solution);
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void Operators_that_are_not_finite_are_named_as_such(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 5);
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
        {
            double[] values = example.Matrix.Values.ToArray();
            values[30] = bad;
            Solution solution = Solver.Solve(LinearMethods.For(method, example), (example with { Matrix = example.Matrix.WithValues(values) }).Problem);
            Assert.Equal(Termination.NonFinite, solution.Outcome().Termination);
            Assert.All(solution.Iterate.Values.ToArray(), x => Assert.True(double.IsFinite(x)));
        }
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void Right_hand_sides_that_are_not_finite_are_named_as_such(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 5);
        foreach (double bad in new[] { double.NaN, double.NegativeInfinity })
        {
            double[] b = [.. example.RightHandSide];
            b[3] = bad;
            Assert.Equal(Termination.NonFinite, Solver.Solve(LinearMethods.For(method, example), new LinearSystem(example.Operator, b)).Outcome().Termination);
        }
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void Numbers_whose_squares_vanish_do_not_pass_for_solved(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 5).Scaled(0, -640);
        LinearSystem problem = example.Problem;
        Solution solution = Solver.Solve(LinearMethods.For(method, example), problem);
        double[] norm = new double[1];
        Batch residual = Batch.Zeros(example.Order, 1);
        problem.Residual(solution.Iterate, residual);
        for (int i = 0; i < example.Order; i++)
        {
            residual[i, 0] = Math.ScaleB(residual[i, 0], 640);
        }

        BatchKernels.Norm(residual, norm);
        Assert.True(solution.Outcome().Residual > 0);
        Assert.Equal(solution.Converged, norm[0] <= 1e-8 * Math.Sqrt(example.Scaled(0, 640).RightHandSide.Sum(b => b * b)));
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_canceled_run_takes_no_step(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 12);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Solution solution = Solver.Solve(LinearMethods.For(method, example), example.Problem, cancellationToken: source.Token);
        Assert.Equal((Termination.Canceled, 0), (solution.Outcome().Termination, solution.Outcome().Iterations));
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_run_canceled_on_the_way_returns_what_it_has(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 12);
        LinearSystem problem = example.Problem;
        using var source = new CancellationTokenSource();
        void CancelAtFive(in IterationReport report)
        {
            if (report.Iteration == 5)
            {
                source.Cancel();
            }
        }

        Solution solution = Solver.Solve(
            LinearMethods.For(method, example), problem, options: new SolverOptions { Observer = CancelAtFive }, cancellationToken: source.Token);
        Assert.Equal((Termination.Canceled, 5), (solution.Outcome().Termination, solution.Outcome().Iterations));
        Assert.InRange(solution.Outcome().RelativeResidual, 1e-8, 1);
        Truth.Holds(problem, solution);
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_time_limit_is_kept(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 12);
        Solution solution = Solver.Solve(LinearMethods.For(method, example), example.Problem, StoppingCriterion.Default with { TimeLimit = TimeSpan.Zero });
        Assert.Equal((Termination.TimeLimit, 0), (solution.Outcome().Termination, solution.Outcome().Iterations));
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_fixed_number_of_iterations_is_taken(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 12);
        LinearSystem problem = example.Problem;
        Solution solution = Solver.Solve(LinearMethods.For(method, example), problem, StoppingCriterion.Iterations(7));
        Assert.Equal((Termination.IterationLimit, 7), (solution.Outcome().Termination, solution.Outcome().Iterations));
        Truth.Holds(problem, solution);
    }
}
