using Unrolled.Differentiation;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Tests.Laws;

namespace Unrolled.Tests.Newton;

/// <summary>Newton's direction from sparse and dense factorizations, and Newton's order of convergence.</summary>
public class JacobianSolverTests
{
    [Fact]
    public void Sparse_and_dense_directions_agree_to_rounding()
    {
        NonlinearSystem sparse = NonlinearGallery.FamilyOf("bratu-2d", "grid", "9").Draw(5, new RandomStream(1));
        var dense = new NonlinearSystem(new WithoutPattern(sparse.Operator), sparse.InitialIterate!.Value);
        Solution one = Solver.Solve(new NewtonMethod(), sparse, StoppingCriterion.Relative(1e-12)), other = Solver.Solve(new NewtonMethod(), dense, StoppingCriterion.Relative(1e-12));
        Assert.True(one.Converged && other.Converged);
        for (int k = 0; k < one.Iterate.Length; k++)
        {
            Assert.Equal(one.Iterate.Values[k], other.Iterate.Values[k], 1e-11);
        }

        // Entries cost one product per color instead of one per unknown.
        Assert.True(one.Outcome().Products < other.Outcome().Products / 4, $"{one.Outcome().Products} and {other.Outcome().Products}");
    }

    [Fact]
    public void A_matrix_whose_diagonal_is_no_pivot_is_factored_with_its_own()
    {
        // A cyclic shift of 80 unknowns with a small diagonal, which the shared pivots would take.
        const int n = 80;
        string text = $"0 = 1e-9*x[i] + x[mod(i, {n}) + 1] + 0.1*x[mod(i, {n}) + 1]^2 - 1 for i = 1..{n}";
        var f = new FunctionOperator(Function.ParseResidual(text, [$"x[{n}]"], []), Batch.Zeros(0, 1));
        Solution solution = Solver.Solve(new NewtonMethod(), new NonlinearSystem(f, new double[n]));
        Assert.True(solution.Converged, solution.Outcome().ToString());
        Assert.InRange(solution.Outcome().Iterations, 1, 6);
        Assert.Equal((-1 + Math.Sqrt(1.4)) / 0.2, solution.Iterate[7, 0], 1e-6);
    }

    [Fact]
    public void Newtons_method_converges_quadratically()
    {
        var norms = new List<double>();
        void Keep(in IterationReport report) => norms.Add(report.ResidualNorms[0]);
        NonlinearSystem problem = NonlinearGallery.Equations("0 = x^3 - 2*y\n0 = x + y^2 - 3", "x,y", 1.5, 1.5);
        Assert.True(Solver.Solve(new NewtonMethod(), problem, StoppingCriterion.Absolute(1e-14), new SolverOptions { Observer = Keep }).Converged);
        double[] orders = [.. Enumerable.Range(1, norms.Count - 2).Where(k => norms[k] < 0.1 && norms[k + 1] > 1e-13).Select(k => Math.Log(norms[k + 1]) / Math.Log(norms[k]))];
        Assert.NotEmpty(orders);
        Assert.All(orders, p => Assert.InRange(p, 1.7, 3));
    }

    [Fact]
    public void Large_sparse_systems_are_solved_without_a_dense_matrix()
    {
        NonlinearSystem problem = NonlinearGallery.FamilyOf("bratu-2d", "grid", "40").Draw(2, new RandomStream(1));
        Assert.True(new NewtonMethod().Shape(problem).Scalars < 20 * problem.Components);
        Assert.True(Solver.Solve(new NewtonMethod(), problem).Converged);
    }

    private sealed class WithoutPattern(INonlinearOperator inner) : INonlinearOperator
    {
        public int Components => inner.Components;

        public int Instances => inner.Instances;

        public void Evaluate(Batch x, Batch destination) => inner.Evaluate(x, destination);

        public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination) => inner.ApplyJacobian(x, linearization, v, destination);

        public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => new WithoutPattern(inner.Select(instances, arena));
    }
}
