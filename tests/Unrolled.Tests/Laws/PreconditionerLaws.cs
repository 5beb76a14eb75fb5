using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Laws;

/// <summary>What holds for every preconditioner, and for every method with every preconditioner.</summary>
public class PreconditionerLaws
{
    private static readonly string[] Symmetric = ["none", "jacobi", "ssor", "ic0"];

    public static TheoryData<string> Names => [.. Preconditioner.Names.ToArray().Where(n => n != "none")];

    public static TheoryData<string, string, string> Combinations()
    {
        var combinations = new TheoryData<string, string, string>();
        foreach (Type type in LinearMethods.Types)
        {
            foreach (NamedSystem system in Gallery.Solvable.Where(s => s.Class <= LinearMethods.Named(type.Name).Needs))
            {
                foreach (string name in Preconditioner.Names)
                {
                    bool definite = system.Class == SystemClass.PositiveDefinite;
                    bool fits = Symmetric.Contains(name) || LinearMethods.Named(type.Name).Needs == SystemClass.General;
                    if (definite ? fits : name is "none" or "ilut" && fits)
                    {
                        combinations.Add(type.Name, name, system.Name);
                    }
                }
            }
        }

        return combinations;
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Every_combination_converges_on_its_class(string method, string preconditioner, string system)
    {
        NamedSystem example = Gallery.Named(system);
        LinearSystem problem = example.Problem;
        IIteration<LinearSystem> iteration = LinearMethods.For(method, example);
        if (Preconditioner.Create(preconditioner, example.Operator) is ILinearOperator m)
        {
            problem = problem.PreconditionedBy(m);
            (double smallest, double largest) = Spectrum(example.Operator, m);
            iteration = LinearMethods.Named(method).Create(smallest, largest);
        }

        Solution solution = Solver.Solve(iteration, problem, StoppingCriterion.Default with { MaximumIterations = 10_000 });
        Truth.Holds(problem, solution);
        Assert.Equal(Termination.Converged, solution.Outcome().Termination);
        Assert.Equal(preconditioner != "none", solution.Outcome().PreconditionerApplications > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_linear_serves_any_number_of_instances_and_has_its_adjoint(string name)
    {
        const int Instances = 11;
        NamedSystem example = Gallery.Named(name == "ic0" ? "poisson-2d" : "convection-diffusion");
        ILinearOperator m = Preconditioner.Create(name, example.Operator)!;
        Batch x = Assembled.Random(example.Order, Instances, new RandomStream(1)), y = Assembled.Random(example.Order, Instances, new RandomStream(2));
        Batch mx = Batch.Zeros(example.Order, Instances), mty = Batch.Zeros(example.Order, Instances);
        m.Apply(x, mx);
        m.ApplyAdjoint(y, mty);
        double[] left = new double[Instances], right = new double[Instances];
        BatchKernels.Dot(mx, y, left);
        BatchKernels.Dot(x, mty, right);
        for (int s = 0; s < Instances; s++)
        {
            Assert.Equal(left[s], right[s], 1e-11);
            Batch alone = Batch.Zeros(example.Order, 1);
            m.Select([s]).Apply(x.Select([s]), alone);
            Assert.Equal(Assembled.Instance(mx, s), alone.Values.ToArray());
        }
    }

    [Theory]
    [InlineData("jacobi")]
    [InlineData("ssor")]
    [InlineData("ilu0")]
    [InlineData("ilu2")]
    public void A_pivot_of_zero_names_its_row(string name)
    {
        var a = new SparseOperator(Gallery.FromDense(4, (i, j) => i == j ? (i == 2 ? 0 : 1) : 0));
        Assert.Contains("row 3", Assert.Throws<ArgumentException>(() => Preconditioner.Create(name, a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_diagonal_that_is_not_positive_has_no_incomplete_cholesky_factors()
    {
        var a = new SparseOperator(Gallery.FromDense(4, (i, j) => i == j ? (i == 1 ? -1 : 1) : 0));
        Assert.Contains("row 2 is -1", Assert.Throws<ArgumentException>(() => IncompleteCholesky.Of(a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cholesky_shifts_the_diagonal_where_a_pivot_is_not_positive()
    {
        // Kershaw's matrix: positive definite, and the plain factorization breaks down on it.
        double[,] kershaw = { { 3, -2, 0, 2 }, { -2, 3, -2, 0 }, { 0, -2, 3, -2 }, { 2, 0, -2, 3 } };
        var a = new SparseOperator(Gallery.FromDense(4, (i, j) => kershaw[i, j]), OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite);
        IncompleteCholesky m = IncompleteCholesky.Of(a);
        Assert.True(m.DiagonalShift > 0);
        Assert.True(Solver.Solve(new ConjugateGradient(), new LinearSystem(a, [1, 2, 3, 4]).PreconditionedBy(m)).Converged);
    }

    [Fact]
    public void Without_dropping_the_factors_are_complete()
    {
        NamedSystem example = Gallery.Named("nonsymmetric-dense");
        foreach (ILinearOperator m in new ILinearOperator[] { IncompleteLu.Of(example.Operator), ThresholdIncompleteLu.Of(example.Operator, 0) })
        {
            Outcome outcome = Solver.Solve(new Gmres(), example.Problem.PreconditionedBy(m)).Outcome();
            Assert.Equal((Termination.Converged, 1), (outcome.Termination, outcome.Iterations));
        }
    }

    [Fact]
    public void More_fill_makes_better_factors()
    {
        NamedSystem example = Gallery.Poisson("poisson", 20);
        int[] iterations = [.. new[] { 0, 1, 2, 4 }.Select(level =>
            Solver.Solve(new Gmres(), example.Problem.PreconditionedBy(IncompleteLu.Of(example.Operator, level))).Outcome().Iterations)];
        Assert.True(iterations.Zip(iterations.Skip(1)).All(pair => pair.Second < pair.First), string.Join(' ', iterations));
    }

    [Fact]
    public void The_drop_tolerance_does_not_depend_on_units()
    {
        NamedSystem example = Gallery.Named("convection-diffusion"), scaled = example.Scaled(37, 0);
        ThresholdIncompleteLu one = ThresholdIncompleteLu.Of(example.Operator), other = ThresholdIncompleteLu.Of(scaled.Operator);
        Assert.Equal((one.DropTolerance, one.StoredEntries), (other.DropTolerance, other.StoredEntries));
    }

    [Fact]
    public void Unknown_names_are_met_with_the_nearest_one()
    {
        SparseOperator a = Gallery.Named("graded").Operator;
        Assert.Contains("\"jacobi\"", Assert.Throws<ArgumentException>(() => Preconditioner.Create("jakobi", a)).Message, StringComparison.Ordinal);
        var dense = new DenseOperator(1, 1, Batch.Of([1.0]));
        Assert.Contains("DenseOperator", Assert.Throws<ArgumentException>(() => Preconditioner.Create("ilu0", dense)).Message, StringComparison.Ordinal);
        Assert.NotNull(Preconditioner.Create("jacobi", dense));
    }

    /// <summary>An interval around the spectrum of <c>M^-1 A</c>, for symmetric <c>A</c> and <c>M</c>, from dense matrices.</summary>
    private static (double Smallest, double Largest) Spectrum(ILinearOperator a, ILinearOperator m)
    {
        Matrix product = Assembled.Of(m).Multiply(Assembled.Of(a));
        double smallest = double.PositiveInfinity, largest = 0;
        foreach (System.Numerics.Complex eigenvalue in GeneralEigenvalues.Of(product))
        {
            (smallest, largest) = (Math.Min(smallest, eigenvalue.Real), Math.Max(largest, eigenvalue.Real));
        }

        return smallest > 0 ? (0.99 * smallest, 1.01 * largest) : (largest / 4, largest);
    }
}
