using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>What holds for every method for nonlinear systems: what it solves, what it reports where there is nothing to be had.</summary>
public class NonlinearMethodLaws
{
    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void Every_method_is_known_to_the_laws(string method) => Assert.NotNull(NonlinearMethods.Named(method));

    [Theory]
    [MemberData(nameof(NonlinearMethods.OnTheirSystems), MemberType = typeof(NonlinearMethods))]
    public void Converges_on_the_systems_it_is_for(string method, string system)
    {
        NonlinearSystem problem = NonlinearGallery.Named(system);
        Solution solution = Solver.Solve(NonlinearMethods.Create(method), problem);
        NonlinearTruth.Holds(problem, solution);
        Assert.Equal(Termination.Converged, solution.Outcome().Termination);
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.OnAllSystems), MemberType = typeof(NonlinearMethods))]
    public void Whatever_happens_is_reported_truthfully(string method, string system)
    {
        NonlinearSystem problem = NonlinearGallery.Named(system);
        Solution solution = Solver.Solve(NonlinearMethods.Create(method), problem);
        NonlinearTruth.Holds(problem, solution);
        if (system is "no-root" or "stationary-start")
        {
            Assert.NotEqual(Termination.Converged, solution.Outcome().Termination);
        }
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void An_exact_start_stays_as_it_is(string method)
    {
        NonlinearSystem problem = NonlinearGallery.Equations("0 = x*y - 6\n0 = x + y - 5", "x,y", 2, 3);
        Solution solution = Solver.Solve(NonlinearMethods.Create(method), problem);
        Assert.Equal(new Outcome(Termination.Converged, 0, 0, 0, 1, 0, 0), solution.Outcome());
        Assert.Equal([2.0, 3.0], solution.Iterate.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_function_that_is_zero_everywhere_is_solved_by_every_start(string method)
    {
        Solution solution = Solver.Solve(NonlinearMethods.Create(method), NonlinearGallery.Equations("0 = 0*x", "x", 7));
        Assert.Equal(new Outcome(Termination.Converged, 0, 0, 0, 1, 0, 0), solution.Outcome());
        Assert.Equal(7, solution.Iterate[0, 0]);
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_good_start_with_an_absolute_tolerance_takes_no_step(string method)
    {
        NonlinearSystem problem = NonlinearGallery.Named("chandrasekhar");
        StoppingCriterion stop = StoppingCriterion.Absolute(1e-9);
        Solution cold = Solver.Solve(NonlinearMethods.Create(method), problem, stop);
        Solution warm = Solver.Solve(NonlinearMethods.Create(method), problem.StartingAt(cold.Iterate), stop);
        Assert.True(cold.Converged && warm.Converged);
        Assert.Equal(0, warm.Outcome().Iterations);
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_function_that_is_not_finite_at_the_start_is_named_as_such(string method)
    {
        NonlinearSystem problem = NonlinearGallery.Equations("0 = log(x)", "x", -1);
        Solution solution = Solver.Solve(NonlinearMethods.Create(method), problem);
        Assert.Equal((Termination.NonFinite, 0), (solution.Outcome().Termination, solution.Outcome().Iterations));
        Assert.Equal(-1, solution.Iterate[0, 0]);
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_function_that_becomes_undefined_on_the_way_does_not_take_the_iterate_with_it(string method)
    {
        // Undefined for x > 4; the fixed-point step from 3 leads there.
        NonlinearSystem problem = NonlinearGallery.Equations("0 = sqrt(4 - x) - 5", "x", 3);
        Solution solution = Solver.Solve(NonlinearMethods.Create(method), problem, StoppingCriterion.Default with { MaximumIterations = 50 });
        NonlinearTruth.Holds(problem, solution);
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_canceled_run_takes_no_step(string method)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Solution solution = Solver.Solve(NonlinearMethods.Create(method), NonlinearGallery.Named("burgers"), cancellationToken: source.Token);
        Assert.Equal((Termination.Canceled, 0), (solution.Outcome().Termination, solution.Outcome().Iterations));
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_run_canceled_on_the_way_returns_what_it_has(string method)
    {
        NonlinearSystem problem = NonlinearGallery.Named("chandrasekhar");
        using var source = new CancellationTokenSource();
        void CancelAtTwo(in IterationReport report)
        {
            if (report.Iteration == 2)
            {
                source.Cancel();
            }
        }

        Solution solution = Solver.Solve(
            NonlinearMethods.Create(method), problem, StoppingCriterion.Absolute(1e-300), new SolverOptions { Observer = CancelAtTwo }, source.Token);
        Assert.Equal((Termination.Canceled, 2), (solution.Outcome().Termination, solution.Outcome().Iterations));
        Assert.Equal(NonlinearTruth.Residual(problem, solution.Iterate, 0), solution.Outcome().Residual, 1e-15);
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_time_limit_is_kept(string method)
    {
        Solution solution = Solver.Solve(
            NonlinearMethods.Create(method), NonlinearGallery.Named("chandrasekhar"), StoppingCriterion.Default with { TimeLimit = TimeSpan.Zero });
        Assert.Equal((Termination.TimeLimit, 0), (solution.Outcome().Termination, solution.Outcome().Iterations));
    }

    [Theory]
    [MemberData(nameof(NonlinearMethods.Names), MemberType = typeof(NonlinearMethods))]
    public void A_fixed_number_of_iterations_is_taken(string method)
    {
        NonlinearSystem problem = NonlinearGallery.Named("chandrasekhar");
        Solution solution = Solver.Solve(NonlinearMethods.Create(method), problem, StoppingCriterion.Iterations(2));
        Assert.Equal((Termination.IterationLimit, 2), (solution.Outcome().Termination, solution.Outcome().Iterations));
        Assert.Equal(NonlinearTruth.Residual(problem, solution.Iterate, 0), solution.Outcome().Residual, 1e-15);
    }

    [Fact]
    public void A_system_of_another_size_is_refused_with_both_numbers()
    {
        var f = new FunctionOperator(Function.ParseResidual("0 = x + y\n0 = x - y", ["x", "y"], []), Batch.Zeros(0, 1));
        Assert.Contains("the start has 3 components, F has 2", Assert.Throws<ArgumentException>(() => new NonlinearSystem(f, [1.0, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("component 1 of the start of instance 0 is NaN", Assert.Throws<ArgumentException>(() => new NonlinearSystem(f, [1.0, double.NaN])).Message, StringComparison.Ordinal);
    }
}
