using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Tests.Laws;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Krylov;

/// <summary>Iterates against naive versions, and methods against each other where theory says that they coincide.</summary>
public class ReferenceTests
{
    [Theory]
    [InlineData("poisson-2d")]
    [InlineData("random-definite")]
    public void Conjugate_gradients_are_the_naive_ones(string system)
    {
        NamedSystem example = Gallery.Named(system);
        Same(NaiveMethods.ConjugateGradient(Assembled.Of(example.Operator), example.RightHandSide, 12), new ConjugateGradient(), example.Problem, 1e-10);
    }

    [Theory]
    [InlineData("poisson-2d")]
    [InlineData("indefinite")]
    [InlineData("convection-diffusion")]
    [InlineData("nonsymmetric-dense")]
    public void Minimal_residuals_are_the_naive_ones(string system)
    {
        NamedSystem example = Gallery.Named(system);
        Same(NaiveMethods.Gmres(Assembled.Of(example.Operator), example.RightHandSide, 12), new Gmres(50), example.Problem, 1e-10);
    }

    [Theory]
    [InlineData("poisson-2d")]
    [InlineData("indefinite")]
    [InlineData("graded")]
    public void Minres_is_gmres_for_symmetric_systems(string system)
    {
        NamedSystem example = Gallery.Named(system);
        Same(Iterates(new Gmres(50), example.Problem, 12), new Minres(), example.Problem, 1e-9);
    }

    [Fact]
    public void Flexible_gmres_without_preconditioner_is_gmres_to_the_bit()
    {
        NamedSystem example = Gallery.Named("convection-diffusion");
        Same(Iterates(new Gmres(7), example.Problem, 20), new FlexibleGmres(7), example.Problem, 0);
    }

    [Fact]
    public void Flexible_gmres_with_a_fixed_preconditioner_is_gmres()
    {
        NamedSystem example = Gallery.Named("convection-diffusion");
        LinearSystem problem = example.Problem.PreconditionedBy(IncompleteLu.Of(example.Operator));
        Same(Iterates(new Gmres(7), problem, 12), new FlexibleGmres(7), problem, 1e-9);
    }

    [Fact]
    public void Preconditioned_minres_minimizes_in_the_norm_of_the_preconditioner()
    {
        // With M = S^2 it is plain MINRES on S^-1 A S^-1, here with powers of 2.
        NamedSystem example = Gallery.Named("poisson-2d");
        int n = example.Order;
        double Scale(int i) => Math.ScaleB(1, (i % 3) - 1);
        SparseMatrix scaled = Gallery.FromDense(n, (i, j) => example.Matrix[i, j] / (Scale(i) * Scale(j)));
        double[] b = [.. example.RightHandSide.Select((v, i) => v / Scale(i))];
        SparseMatrix inverse = Gallery.FromDense(n, (i, j) => i == j ? 1 / (Scale(i) * Scale(i)) : 0);
        LinearSystem plain = new(new SparseOperator(scaled), b), preconditioned = example.Problem.PreconditionedBy(new SparseOperator(inverse));
        IEnumerable<double[]> expected = Iterates(new Minres(), plain, 12).Select(y => y.Select((v, i) => v / Scale(i)).ToArray());
        Same(expected, new Minres(), preconditioned, 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(24)]
    [InlineData(64)]
    public void Richardson_with_Chebyshevs_steps_arrives_where_Chebyshev_does(int degree)
    {
        NamedSystem example = Gallery.Named("poisson-2d");
        double[] expected = Iterates(new Chebyshev(example.Smallest, example.Largest), example.Problem, degree).Last();
        double[] steps = Chebyshev.Steps(example.Smallest, example.Largest, degree);
        double[] richardson = Iterates(new Richardson(steps), example.Problem, degree).Last();
        double[] learned = Iterates(LearnedKrylov.FromSteps(steps), example.Problem, 1).Last();
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], richardson[i], 1e-12 * largest);
            Assert.Equal(expected[i], learned[i], 1e-12 * largest);
        }
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(-1.0, 1.0)]
    [InlineData(2.0, 1.0)]
    [InlineData(1.0, double.PositiveInfinity)]
    [InlineData(double.NaN, 1.0)]
    public void An_interval_that_cannot_be_is_refused(double smallest, double largest)
    {
        Assert.Throws<ArgumentException>(() => new Chebyshev(smallest, largest));
        Assert.Throws<ArgumentException>(() => Chebyshev.Steps(smallest, largest, 3));
    }

    private static IEnumerable<double[]> Iterates(IIteration<LinearSystem> method, LinearSystem problem, int steps)
    {
        var workspace = new Workspace(method.Shape(problem), problem.Components, 1);
        method.Initialize(problem, workspace, startsAtZero: true);
        for (int k = 0; k < steps; k++)
        {
            method.Step(problem, workspace);
            method.FormIterate(problem, workspace);
            yield return workspace.Iterate.Values.ToArray();
        }
    }

    private static void Same(IEnumerable<double[]> expected, IIteration<LinearSystem> method, LinearSystem problem, double tolerance)
    {
        double[][] wanted = [.. expected];
        foreach ((double[] x, double[] y) in wanted.Zip(Iterates(method, problem, wanted.Length)))
        {
            double largest = x.Max(Math.Abs);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.True(Math.Abs(x[i] - y[i]) <= tolerance * largest, $"component {i}: {x[i]:r} and {y[i]:r}");
            }
        }
    }
}
