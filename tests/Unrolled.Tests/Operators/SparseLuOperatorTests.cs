using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Tests.Numerics;

namespace Unrolled.Tests.Operators;

public class SparseLuOperatorTests
{
    private static SparseMatrix Matrix() => SparseGallery.Random(60, 0.05, 6, 2);

    [Fact]
    public void It_undoes_the_matrix()
    {
        SparseMatrix a = Matrix();
        var inverse = new SparseLuOperator(SparseLu.Factor(a));
        var forward = new SparseOperator(a);
        Batch x = Assembled.Random(60, 11, new RandomStream(1)), y = Batch.Zeros(60, 11), back = Batch.Zeros(60, 11);
        forward.Apply(x, y);
        inverse.Apply(y, back);
        Assert.True(MatrixGallery.Difference(back.Values, x.Values) < 1e-12);
        forward.ApplyAdjoint(x, y);
        inverse.ApplyAdjoint(y, back);
        Assert.True(MatrixGallery.Difference(back.Values, x.Values) < 1e-12);
        ILinearOperator shared = inverse;
        Assert.Same(shared, shared.Select([3, 1]));
        Assert.Equal((60, 60, 1), (shared.Rows, shared.Columns, shared.Instances));
        Assert.Throws<NotSupportedException>(() => shared.Diagonal());
    }

    [Fact]
    public void As_a_preconditioner_of_its_own_matrix_it_ends_the_iteration_at_once()
    {
        SparseMatrix a = Matrix();
        var problem = new LinearSystem(new SparseOperator(a), Assembled.Random(60, 5, new RandomStream(2)));
        Solution solution = Solver.Solve(new Gmres(10), problem.PreconditionedBy(new SparseLuOperator(SparseLu.Factor(a))));
        Assert.All(solution.Outcomes.ToArray(), outcome => Assert.Equal(Termination.Converged, outcome.Termination));
        Assert.All(solution.Outcomes.ToArray(), outcome => Assert.InRange(outcome.Iterations, 1, 2));
    }

    [Fact]
    public void Factors_of_a_nearby_matrix_precondition_conjugate_gradients()
    {
        SparseMatrix near = SparseGallery.Laplacian(20), a = near.WithValues([.. near.Values.ToArray().Select(v => v > 0 ? v + 0.02 : v)]);
        var problem = new LinearSystem(new SparseOperator(a, OperatorProperties.Symmetric), Assembled.Random(400, 3, new RandomStream(2)));
        var inverse = new SparseLuOperator(SparseLu.Factor(near), OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite);
        int plain = Solver.Solve(new ConjugateGradient(), problem).Outcomes.ToArray().Max(o => o.Iterations);
        Solution solution = Solver.Solve(new ConjugateGradient(), problem.PreconditionedBy(inverse));
        Assert.All(solution.Outcomes.ToArray(), outcome => Assert.Equal(Termination.Converged, outcome.Termination));
        Assert.True(solution.Outcomes.ToArray().Max(o => o.Iterations) < plain / 3);
    }

    [Fact]
    public void A_singular_factorization_is_refused()
    {
        SparseMatrix a = Matrix();
        SparseLu lu = SparseLu.Factor(a);
        var inverse = new SparseLuOperator(lu);
        lu.Refactor(new double[a.StoredEntries]);
        Assert.Contains("order 60 is singular", Assert.Throws<ArgumentException>(() => new SparseLuOperator(lu)).Message);
        Assert.Throws<InvalidOperationException>(() => inverse.Apply(Batch.Zeros(60, 2), Batch.Zeros(60, 2)));
        Assert.Contains("59 x 2", Assert.Throws<ArgumentException>(() => inverse.Apply(Batch.Zeros(59, 2), Batch.Zeros(60, 2))).Message);
    }
}
