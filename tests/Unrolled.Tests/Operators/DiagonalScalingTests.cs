using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Operators;

public class DiagonalScalingTests
{
    [Fact]
    public void Jacobi_gives_a_unit_diagonal_and_keeps_symmetry()
    {
        SparseMatrix a = SparseMatrix.FromTriplets(3, 3, [0, 0, 1, 1, 2], [0, 1, 0, 1, 2], [4e8, 3, 3, 7e-3, 2]);
        Assert.Equal(ScalingKind.Jacobi, DiagonalScaling.Suited(a));
        SparseMatrix scaled = DiagonalScaling.Of(a, ScalingKind.Jacobi).Scale(a);
        Assert.True(scaled.IsSymmetric());
        Assert.All(scaled.Diagonal(), d => Assert.Equal(1, d, 1e-15));
    }

    [Theory]
    [InlineData(ScalingKind.None)]
    [InlineData(ScalingKind.Jacobi)]
    [InlineData(ScalingKind.Equilibrate)]
    public void The_scaled_system_has_the_scaled_solution(ScalingKind kind)
    {
        SparseMatrix a = SparseMatrix.FromTriplets(3, 3, [0, 0, 1, 1, 2, 2], [0, 2, 0, 1, 2, 1], [5e3, 3, 1, 2e-3, 4, -1]);
        DiagonalScaling scaling = DiagonalScaling.Of(a, kind);
        double[] x = [1, -2, 3], b = new double[3], image = new double[3];
        a.Multiply(x, b);
        Batch y = Batch.Zeros(3, 1), scaledRightHandSide = Batch.Zeros(3, 1), back = Batch.Zeros(3, 1);
        scaling.ScaleSolution(Batch.Of(x), y);
        scaling.ScaleRightHandSide(Batch.Of(b), scaledRightHandSide);
        scaling.Scale(a).Multiply(y.Values, image);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, image[i] / scaledRightHandSide[i, 0], 1e-12);
        }

        scaling.UnscaleSolution(y, back);
        Assert.Equal(x, back.Values.ToArray().Select(v => Math.Round(v, 12)));
    }

    [Fact]
    public void Equilibration_gives_norm_one_and_keeps_symmetry()
    {
        var stream = new RandomStream(4);
        SparseMatrix random = OperatorLaws.Sparse(30, stream);
        int[] rows = [.. Enumerable.Range(0, 30).SelectMany(i => Enumerable.Repeat(i, random.RowStart[i + 1] - random.RowStart[i]))];
        double[] wild = [.. random.Values.ToArray().Select((v, k) => v * Math.Pow(10, (rows[k] % 7) - (random.ColumnIndices[k] % 5)))];
        SparseMatrix a = random.WithValues(wild);
        Assert.Equal(ScalingKind.Equilibrate, DiagonalScaling.Suited(a));
        SparseMatrix scaled = DiagonalScaling.Of(a, ScalingKind.Equilibrate).Scale(a);
        Assert.Equal(1, SpectralEstimate.Norm(new SparseOperator(scaled), new RandomStream(9), 30)[0], 1e-3);

        SparseMatrix indefinite = SparseMatrix.FromTriplets(3, 3, [0, 0, 1, 1, 2], [0, 1, 0, 2, 1], [-5e3, 3, 3, 1e-2, 1e-2]);
        Assert.True(DiagonalScaling.Of(indefinite, ScalingKind.Equilibrate).Scale(indefinite).IsSymmetric());
    }

    [Fact]
    public void A_diagonal_that_is_not_positive_refuses_Jacobi()
    {
        SparseMatrix a = SparseMatrix.FromTriplets(2, 2, [0, 1], [0, 1], [1, -3]);
        var error = Assert.Throws<ArgumentException>(() => DiagonalScaling.Of(a, ScalingKind.Jacobi));
        Assert.Equal("Jacobi scaling needs a positive diagonal; element (2, 2) is -3", error.Message);
    }

    [Fact]
    public void Properties_of_sparse_matrices_are_found_out()
    {
        SparseMatrix laplacian = SparseMatrix.FromTriplets(3, 3, [0, 0, 1, 1, 1, 2, 2], [0, 1, 0, 1, 2, 1, 2], [2, -1, -1, 2, -1, -1, 2]);
        SparseMatrix indefinite = SparseMatrix.FromTriplets(2, 2, [0, 0, 1, 1], [0, 1, 0, 1], [1, 2, 2, 1]);
        SparseMatrix general = SparseMatrix.FromTriplets(2, 2, [0, 0, 1], [0, 1, 1], [1, 2, 1]);
        Assert.Equal(OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite, SparseProperties.Of(laplacian));
        Assert.Equal(OperatorProperties.Symmetric, SparseProperties.Of(indefinite));
        Assert.Equal(OperatorProperties.None, SparseProperties.Of(general));
    }
}
