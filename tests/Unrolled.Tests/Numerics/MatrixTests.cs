using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class MatrixTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 2)]
    [InlineData(17, 33, 20)]
    public void Products_agree_with_the_reference(int m, int n, int p)
    {
        Matrix a = MatrixGallery.Random(m, n, 1), b = MatrixGallery.Random(n, p, 2);
        double[] x = MatrixGallery.Vector(n, 3);
        double[] expected = MatrixGallery.Reference(a).Multiply(MatrixGallery.Reference(b)).ToRowMajorArray();
        double[] expectedVector = (MatrixGallery.Reference(a) * MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(x)).ToArray();
        Assert.True(MatrixGallery.Difference(a.Multiply(b).AsSpan(), expected, n) < 4 * MatrixGallery.Epsilon);
        Assert.True(MatrixGallery.Difference(MatrixGallery.Times(a, x), expectedVector, n) < 4 * MatrixGallery.Epsilon);
        Assert.Equal(a.AsSpan().ToArray(), a.Transpose().Transpose().AsSpan().ToArray());
        Assert.Equal(a[m - 1, 0], a.Transpose()[0, m - 1]);
        Assert.Equal(a.AsSpan().ToArray(), Matrix.Identity(m).Multiply(a).AsSpan().ToArray());
    }

    [Fact]
    public void A_copy_shares_nothing_and_a_row_shares_all()
    {
        Matrix a = Matrix.FromRows([1, 2], [3, 4]);
        Matrix copy = a.Copy();
        a.Row(1)[0] = 7;
        Assert.Equal(7, a[1, 0]);
        Assert.Equal(3, copy[1, 0]);
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        var a = new Matrix(2, 3);
        Assert.Contains("not 0 and 3", Assert.Throws<ArgumentException>(() => new Matrix(0, 3)).Message);
        Assert.Contains("row 1 has 1 entries, row 0 has 2", Assert.Throws<ArgumentException>(() => Matrix.FromRows([1, 2], [3])).Message);
        Assert.Contains("row 2 of a matrix with 2 rows", Assert.Throws<ArgumentOutOfRangeException>(() => a[2, 0]).Message);
        Assert.Contains("column -1 of a matrix with 3", Assert.Throws<ArgumentOutOfRangeException>(() => a[0, -1]).Message);
        Assert.Contains("B has 2 rows, A has 3 columns", Assert.Throws<ArgumentException>(() => a.Multiply(a)).Message);
        Assert.Contains("x has 2 rows", Assert.Throws<ArgumentException>(() => a.Multiply(new double[2], new double[2])).Message);
        Assert.Contains("A has 2", Assert.Throws<ArgumentException>(() => a.Multiply(new double[3], new double[3])).Message);
        double[] shared = new double[4];
        Assert.Throws<ArgumentException>(() => a.Multiply(shared.AsSpan(0, 3), shared.AsSpan(2)));
    }
}
