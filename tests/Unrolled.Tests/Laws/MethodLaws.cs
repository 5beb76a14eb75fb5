using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>What holds for every method on every system it is made for, and on those where nothing is left to do.</summary>
public class MethodLaws
{
    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void Every_method_is_known_to_the_laws(string method) => Assert.NotNull(LinearMethods.Named(method));

    [Theory]
    [MemberData(nameof(LinearMethods.OnTheirSystems), MemberType = typeof(LinearMethods))]
    public void Converges_on_the_systems_it_is_for(string method, string system)
    {
        NamedSystem example = Gallery.Named(system);
        LinearSystem problem = example.Problem;
        Solution solution = Solver.Solve(LinearMethods.For(method, example), problem, StoppingCriterion.Default with { MaximumIterations = 10_000 });
        Truth.Holds(problem, solution);
        Assert.Equal(Termination.Converged, solution.Outcome().Termination);
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_right_hand_side_of_zero_is_solved_by_zero_without_a_product(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 5);
        Solution solution = Solver.Solve(LinearMethods.For(method, example), new LinearSystem(example.Operator, new double[example.Order]));
        Assert.Equal(new Outcome(Termination.Converged, 0, 0, 0, 0, 0, 0), solution.Outcome());
        Assert.All(solution.Iterate.Values.ToArray(), x => Assert.Equal(0, x));
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_right_hand_side_of_zero_is_solved_from_any_start(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 5);
        LinearSystem problem = new LinearSystem(example.Operator, new double[example.Order]).StartingAt(Batch.Of(example.RightHandSide));
        Solution solution = Solver.Solve(LinearMethods.For(method, example), problem);
        Truth.Holds(problem, solution);
        Assert.True(solution.Converged);
        Assert.All(solution.Iterate.Values.ToArray(), x => Assert.Equal(0, x, 1e-6));
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void An_exact_start_stays_as_it_is(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 5);
        double[] exact = [.. Enumerable.Range(0, example.Order).Select(i => (double)((i * 7 % 11) - 5))], b = new double[example.Order];
        example.Matrix.Multiply(exact, b);
        Solution solution = Solver.Solve(LinearMethods.For(method, example), new LinearSystem(example.Operator, b).StartingAt(Batch.Of(exact)));
        Assert.Equal(new Outcome(Termination.Converged, 0, 0, 0, 1, 0, 0), solution.Outcome());
        Assert.Equal(exact, solution.Iterate.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_good_start_is_not_held_against_it(string method)
    {
        NamedSystem example = Gallery.Poisson("poisson", 8);
        IIteration<LinearSystem> iteration = LinearMethods.For(method, example);
        Solution cold = Solver.Solve(iteration, example.Problem, StoppingCriterion.Relative(1e-9));
        Solution warm = Solver.Solve(iteration, example.Problem.StartingAt(cold.Iterate), StoppingCriterion.Relative(1e-8));
        Assert.True(cold.Converged && warm.Converged);
        Assert.Equal(0, warm.Outcome().Iterations);
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void One_unknown_is_solved(string method)
    {
        var example = new NamedSystem("1x1", SystemClass.PositiveDefinite, Gallery.FromDense(1, (_, _) => 3), [6], 3, 3);
        Solution solution = Solver.Solve(LinearMethods.For(method, example), example.Problem);
        Assert.True(solution.Converged);
        Assert.InRange(solution.Outcome().Iterations, 1, 2);
        Assert.Equal(2, solution.Iterate[0, 0], 1e-12);
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void The_identity_takes_one_step(string method)
    {
        var example = new NamedSystem("identity", SystemClass.PositiveDefinite, Gallery.FromDense(7, (i, j) => i == j ? 1 : 0), Gallery.RandomVector(7, 3), 1, 1);
        Solution solution = Solver.Solve(LinearMethods.For(method, example), example.Problem);
        Assert.True(solution.Converged);
        Assert.Equal(1, solution.Outcome().Iterations);
    }

    [Theory]
    [MemberData(nameof(LinearMethods.OnAllSystems), MemberType = typeof(LinearMethods))]
    public void Scaling_by_powers_of_two_changes_no_bit(string method, string system)
    {
        const int A = 40, B = -30;
        NamedSystem example = Gallery.Named(system), scaled = example.Scaled(A, B);
        StoppingCriterion stop = StoppingCriterion.Relative(1e-8) with { MaximumIterations = 150 };
        Solution one = Solver.Solve(LinearMethods.For(method, example), example.Problem, stop);
        Solution other = Solver.Solve(LinearMethods.For(method, scaled), scaled.Problem, stop);
        Assert.Equal(one.Outcome() with { Residual = 0 }, other.Outcome() with { Residual = 0 });
        Assert.Equal(Math.ScaleB(one.Outcome().Residual, B), other.Outcome().Residual);
        Assert.Equal(Array.ConvertAll(one.Iterate.Values.ToArray(), x => Math.ScaleB(x, B - A)), other.Iterate.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(LinearMethods.OnTheirSystems), MemberType = typeof(LinearMethods))]
    public void Permutation_changes_nothing_but_rounding(string method, string system)
    {
        NamedSystem example = Gallery.Named(system);
        int n = example.Order, step = Enumerable.Range(7, n).First(k => Coprime(k, n));
        int From(int i) => (int)((long)i * step % n);
        NamedSystem permuted = example with
        {
            Matrix = Gallery.FromDense(n, (i, j) => example.Matrix[From(i), From(j)]),
            RightHandSide = [.. Enumerable.Range(0, n).Select(i => example.RightHandSide[From(i)])],
        };
        StoppingCriterion stop = StoppingCriterion.Relative(1e-12);
        Solution one = Solver.Solve(LinearMethods.For(method, example), example.Problem, stop);
        Solution other = Solver.Solve(LinearMethods.For(method, permuted), permuted.Problem, stop);
        double largest = one.Iterate.Values.ToArray().Max(Math.Abs);
        for (int i = 0; i < n; i++)
        {
            Assert.Equal(one.Iterate[From(i), 0], other.Iterate[i, 0], 1e-7 * largest);
        }
    }

    private static bool Coprime(int a, int b) => b == 0 ? a == 1 : Coprime(b, a % b);
}
