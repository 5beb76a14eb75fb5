using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Krylov;

/// <summary>Matrices of real problems, read from files that may be absent.</summary>
public class RealMatrixTests
{
    [SharedDataFact("data/matrices/1138_bus.mtx")]
    public void A_power_network_takes_conjugate_gradients_a_known_number_of_products()
    {
        SparseOperator a = Read("1138_bus.mtx");
        LinearSystem problem = OnesAsSolution(a);
        foreach ((string name, int most) in new[] { ("jacobi", 1000), ("ssor", 500), ("ic0", 140), ("ilut", 10) })
        {
            Outcome outcome = Solver.Solve(new ConjugateGradient(), problem.PreconditionedBy(Preconditioner.Create(name, a)!)).Outcome();
            Assert.Equal(Termination.Converged, outcome.Termination);
            Assert.InRange(outcome.Products, 1, most);
        }
    }

    [SharedDataFact("data/matrices/fidap007.mtx")]
    public void Penalized_flow_is_solved_with_factors_by_threshold()
    {
        SparseOperator a = Read("fidap007.mtx");
        ThresholdIncompleteLu m = ThresholdIncompleteLu.Of(a);
        Assert.InRange(m.DropTolerance, 1e-9, 1e-7);
        Batch b = Batch.Zeros(a.Rows, 1);
        var stream = new RandomStream(1);
        foreach (ref double value in b.Values)
        {
            value = stream.NextNormal();
        }

        foreach (LinearSystem problem in new[] { OnesAsSolution(a), new LinearSystem(a, b) })
        {
            foreach (IIteration<LinearSystem> method in new IIteration<LinearSystem>[] { new Gmres(), new FlexibleGmres(), new BiCgStab() })
            {
                Outcome outcome = Solver.Solve(method, problem.PreconditionedBy(m)).Outcome();
                Assert.Equal(Termination.Converged, outcome.Termination);
                Assert.InRange(outcome.Products, 1, 30);
            }
        }
    }

    [SharedDataFact("data/matrices/fidap007.mtx")]
    public void Factors_with_a_fixed_pattern_fail_on_penalized_flow_and_say_so()
    {
        SparseOperator a = Read("fidap007.mtx");
        Outcome outcome = Solver.Solve(
            new Gmres(), OnesAsSolution(a).PreconditionedBy(IncompleteLu.Of(a)), StoppingCriterion.Default with { MaximumIterations = 300 }).Outcome();
        Assert.NotEqual(Termination.Converged, outcome.Termination);
        Assert.InRange(outcome.RelativeResidual, 1e-8, 1);
    }

    private static SparseOperator Read(string name)
    {
        SparseMatrix matrix = MatrixMarketReader.Read(RepositoryFolder.Shared(Path.Combine("data", "matrices", name))).ToSparse();
        return new SparseOperator(matrix, SparseProperties.Of(matrix));
    }

    private static LinearSystem OnesAsSolution(SparseOperator a)
    {
        Batch ones = Batch.Zeros(a.Columns, 1), b = Batch.Zeros(a.Rows, 1);
        ones.Values.Fill(1);
        a.Apply(ones, b);
        return new LinearSystem(a, b);
    }
}
