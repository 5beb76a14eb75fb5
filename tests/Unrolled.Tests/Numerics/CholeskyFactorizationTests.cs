using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class CholeskyFactorizationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public void Agrees_with_the_reference(int n)
    {
        Matrix g = MatrixGallery.Random(n, n, n);
        Matrix a = g.Multiply(g.Transpose());
        for (int i = 0; i < n; i++)
        {
            a[i, i] += 1;
        }

        Assert.True(CholeskyFactorization.TryFactor(a, out CholeskyFactorization? cholesky));
        double[] expected = MatrixGallery.Reference(a).Cholesky().Factor.ToRowMajorArray();
        Assert.True(MatrixGallery.Difference(cholesky.Lower().AsSpan(), expected) < n * 1e-14);

        double[] b = MatrixGallery.Vector(n, 1), x = new double[n];
        cholesky.Solve(b, x);
        Assert.True(MatrixGallery.BackwardError(a, x, b) < 10 * MatrixGallery.Epsilon);
        cholesky.Solve(b, b);
        Assert.Equal(x, b);
    }

    [Theory]
    [InlineData("Hilbert 8")]
    [InlineData("second difference")]
    [InlineData("repeated eigenvalue")]
    [InlineData("identity")]
    public void Product_of_the_factors_is_the_matrix(string name)
    {
        Matrix a = MatrixGallery.Get(name);
        Assert.True(CholeskyFactorization.TryFactor(a, out CholeskyFactorization? cholesky));
        Matrix product = cholesky.Lower().Multiply(cholesky.Lower().Transpose());
        Assert.True(MatrixGallery.Difference(product.AsSpan(), a.AsSpan()) < 10 * MatrixGallery.Epsilon);
    }

    [Fact]
    public void Only_the_lower_triangle_is_read()
    {
        Assert.True(CholeskyFactorization.TryFactor(Matrix.FromRows([4, double.NaN], [2, 5]), out CholeskyFactorization? cholesky));
        Assert.Equal([2, 0, 1, 2], cholesky.Lower().AsSpan().ToArray());
    }

    [Fact]
    public void Fails_on_what_is_not_positive_definite()
    {
        Matrix[] refused =
        [
            Matrix.FromRows([0]), Matrix.FromRows([-1]), Matrix.FromRows([double.NaN]), Matrix.FromRows([double.PositiveInfinity]),
            Matrix.FromRows([1, 2], [2, 1]), Matrix.FromRows([1, 1], [1, 1]), Matrix.FromRows([1, 0], [double.NaN, 1]),
        ];
        Assert.All(refused, a => Assert.False(CholeskyFactorization.TryFactor(a, out _)));
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        Assert.Contains("3 rows and 2 columns",
            Assert.Throws<ArgumentException>(() => CholeskyFactorization.TryFactor(new Matrix(3, 2), out _)).Message);
        Assert.True(CholeskyFactorization.TryFactor(Matrix.Identity(3), out CholeskyFactorization? cholesky));
        Assert.Contains("b has 2 rows, A has 3",
            Assert.Throws<ArgumentException>(() => cholesky.Solve(new double[2], new double[3])).Message);
    }
}
