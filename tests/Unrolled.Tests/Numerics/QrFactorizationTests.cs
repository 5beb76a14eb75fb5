using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class QrFactorizationTests
{
    private static void AssertFactors(Matrix a, QrFactorization qr)
    {
        Matrix q = qr.Orthonormal(), r = qr.Upper(), product = q.Multiply(r);
        Matrix gram = q.Transpose().Multiply(q);
        double bound = 10 * a.Columns * MatrixGallery.Epsilon;
        Assert.True(MatrixGallery.Difference(gram.AsSpan(), Matrix.Identity(a.Columns).AsSpan()) < bound);
        double largest = MatrixGallery.Largest(a.AsSpan());
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = 0; k < a.Columns; k++)
            {
                Assert.True(Math.Abs(product[i, k] - a[i, qr.ColumnOrder[k]]) <= bound * largest);
            }
        }

        for (int k = 1; k < a.Columns; k++)
        {
            Assert.True(Math.Abs(r[k, k]) <= Math.Abs(r[k - 1, k - 1]) * (1 + 1e-12));
        }
    }

    [Theory]
    [MemberData(nameof(MatrixGallery.Names), MemberType = typeof(MatrixGallery))]
    public void Factors_are_orthonormal_and_multiply_to_the_matrix(string name)
    {
        Matrix a = MatrixGallery.Get(name);
        AssertFactors(a, QrFactorization.Factor(a));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(30, 1)]
    [InlineData(30, 12)]
    [InlineData(90, 40)]
    public void Least_squares_agree_with_the_reference(int m, int n)
    {
        Matrix a = MatrixGallery.Random(m, n, m + n);
        double[] b = MatrixGallery.Vector(m, 2), x = new double[n];
        QrFactorization qr = QrFactorization.Factor(a);
        AssertFactors(a, qr);
        double norm = qr.Solve(b, x);
        Assert.Equal(n, qr.Rank);
        double[] expected = MatrixGallery.Reference(a).QR().Solve(MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(b)).ToArray();
        Assert.True(MatrixGallery.Difference(x, expected) < 1e-12);

        double[] residual = MatrixGallery.Times(a, x);
        for (int i = 0; i < m; i++)
        {
            residual[i] = b[i] - residual[i];
        }

        Assert.Equal(Math.Sqrt(residual.Sum(r => r * r)), norm, 1e-12);
        Assert.True(MatrixGallery.Largest(MatrixGallery.Times(a.Transpose(), residual)) < 1e-13 * m);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Finds_the_rank_and_still_solves(int rank)
    {
        Matrix a = MatrixGallery.Random(20, rank, 1).Multiply(MatrixGallery.Random(rank, 9, 2));
        QrFactorization qr = QrFactorization.Factor(a);
        Assert.Equal(rank, qr.Rank);
        AssertFactors(a, qr);
        double[] b = MatrixGallery.Times(a, MatrixGallery.Vector(9, 3)), x = new double[9];
        Assert.True(qr.Solve(b, x) < 1e-13);
        Assert.True(MatrixGallery.Difference(MatrixGallery.Times(a, x), b) < 1e-12);
        Assert.Equal(9 - rank, x.Count(value => value == 0));
    }

    [Fact]
    public void Rank_follows_the_tolerance_and_not_the_size()
    {
        foreach (double size in new[] { 1, 1e-250, 1e250 })
        {
            Matrix a = Matrix.FromRows([size, 0], [0, size * 1e-10], [0, 0]);
            Assert.Equal(2, QrFactorization.Factor(a).Rank);
            Assert.Equal(1, QrFactorization.Factor(a, 1e-9).Rank);
        }

        Assert.Equal(0, QrFactorization.Factor(new Matrix(4, 2)).Rank);
    }

    [Fact]
    public void A_zero_matrix_has_the_zero_solution()
    {
        double[] x = [1, 1];
        Assert.Equal(5, QrFactorization.Factor(new Matrix(2, 2)).Solve([3, 4], x));
        Assert.Equal([0, 0], x);
    }

    [Fact]
    public void Entries_that_are_not_finite_make_the_solution_NaN()
    {
        Matrix a = MatrixGallery.Random(6, 3, 4);
        a[2, 1] = double.NaN;
        double[] x = new double[3];
        QrFactorization.Factor(a).Solve(MatrixGallery.Vector(6, 1), x);
        Assert.All(x, value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        Assert.Contains("A has 2 rows, fewer than its 3",
            Assert.Throws<ArgumentException>(() => QrFactorization.Factor(new Matrix(2, 3))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => QrFactorization.Factor(new Matrix(3, 3), double.NaN));
        QrFactorization qr = QrFactorization.Factor(MatrixGallery.Random(4, 2, 1));
        Assert.Contains("b has 2 rows, A has 4", Assert.Throws<ArgumentException>(() => qr.Solve(new double[2], new double[2])).Message);
        Assert.Contains("destination has 4 rows", Assert.Throws<ArgumentException>(() => qr.Solve(new double[4], new double[4])).Message);
    }
}
