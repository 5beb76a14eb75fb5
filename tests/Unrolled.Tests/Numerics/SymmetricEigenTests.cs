using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class SymmetricEigenTests
{
    public static TheoryData<string> SymmetricNames =>
    [
        "1x1", "identity", "symmetric random 67", "graded", "huge", "tiny", "Hilbert 8", "second difference", "repeated eigenvalue",
    ];

    [Theory]
    [MemberData(nameof(SymmetricNames))]
    public void Eigenvectors_are_orthonormal_and_satisfy_the_equation(string name)
    {
        Matrix a = MatrixGallery.Get(name);
        int n = a.Rows;
        SymmetricEigen eigen = SymmetricEigen.Decompose(a);
        double bound = 10 * n * MatrixGallery.Epsilon, norm = n * MatrixGallery.Largest(a.AsSpan());
        for (int k = 0; k < n; k++)
        {
            double[] v = eigen.Vector(k).ToArray();
            double[] image = MatrixGallery.Times(a, v);
            for (int i = 0; i < n; i++)
            {
                Assert.True(Math.Abs(image[i] - (eigen.Values[k] * v[i])) <= bound * norm);
            }

            for (int other = 0; other < n; other++)
            {
                Assert.Equal(other == k ? 1 : 0, RowOperations.Dot(v, eigen.Vector(other)), bound);
            }

            Assert.True(k == 0 || eigen.Values[k - 1] <= eigen.Values[k]);
        }

        Assert.Equal(eigen.Values.ToArray(), SymmetricEigen.Eigenvalues(a));
    }

    [Theory]
    [InlineData("symmetric random 67")]
    [InlineData("Hilbert 8")]
    [InlineData("repeated eigenvalue")]
    public void Eigenvalues_agree_with_the_reference(string name)
    {
        Matrix a = MatrixGallery.Get(name);
        double[] expected = [.. MatrixGallery.Reference(a).Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric)
            .EigenValues.Select(z => z.Real).Order()];
        Assert.True(MatrixGallery.Difference(SymmetricEigen.Eigenvalues(a), expected) < 1e-13);
    }

    [Fact]
    public void Second_difference_has_its_known_spectrum()
    {
        double[] values = SymmetricEigen.Eigenvalues(MatrixGallery.Get("second difference"));
        double[] expected = [.. Enumerable.Range(1, 50).Select(k => 2 - (2 * Math.Cos(k * Math.PI / 51)))];
        Assert.True(MatrixGallery.Difference(values, expected) < 20 * MatrixGallery.Epsilon);
    }

    [Fact]
    public void Only_the_lower_triangle_is_read()
    {
        double[] values = SymmetricEigen.Eigenvalues(Matrix.FromRows([2, 99], [1, 2]));
        Assert.Equal(SymmetricEigen.Eigenvalues(Matrix.FromRows([2, 1], [1, 2])), values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Golub_and_Welsch_give_the_Gauss_Legendre_rule(int n)
    {
        double[] offDiagonal = [.. Enumerable.Range(1, n - 1).Select(k => k / Math.Sqrt((4.0 * k * k) - 1))];
        double[] nodes = new double[n], first = new double[n];
        SymmetricEigen.Tridiagonal(new double[n], offDiagonal, nodes, first);
        Assert.All(first, component => Assert.True(component > 0));

        // Nodes and weights of known rules, then exactness on monomials up to degree 2n - 1.
        var rule = new MathNet.Numerics.Integration.GaussLegendreRule(-1, 1, n);
        Assert.True(MatrixGallery.Difference(nodes, [.. rule.Abscissas.Order()], 1) < 1e-14);
        for (int degree = 0; degree < 2 * n; degree++)
        {
            double sum = 0;
            for (int k = 0; k < n; k++)
            {
                sum += 2 * first[k] * first[k] * Math.Pow(nodes[k], degree);
            }

            Assert.Equal(degree % 2 == 0 ? 2.0 / (degree + 1) : 0, sum, 1e-13);
        }
    }

    [Fact]
    public void Tridiagonal_agrees_with_the_full_decomposition()
    {
        double[] diagonal = MatrixGallery.Vector(30, 1), off = MatrixGallery.Vector(29, 2);
        off[12] = 0;
        Matrix a = MatrixGallery.From(30, (i, j) => i == j ? diagonal[i] : Math.Abs(i - j) == 1 ? off[Math.Min(i, j)] : 0);
        double[] values = new double[30], first = new double[30];
        SymmetricEigen.Tridiagonal(diagonal, off, values, first);
        SymmetricEigen eigen = SymmetricEigen.Decompose(a);
        Assert.True(MatrixGallery.Difference(values, eigen.Values) < 1e-14);
        for (int k = 0; k < 30; k++)
        {
            Assert.Equal(Math.Abs(eigen.Vector(k)[0]), first[k], 1e-12);
        }
    }

    [Fact]
    public void Entries_of_any_magnitude_end_in_eigenpairs()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 500; trial++)
        {
            int n = random.Next(2, 14);
            Matrix a = MatrixGallery.From(n, (_, _) => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-1000, 1000)));
            a = MatrixGallery.From(n, (i, j) => a[Math.Max(i, j), Math.Min(i, j)]);
            SymmetricEigen eigen = SymmetricEigen.Decompose(a);
            for (int k = 0; k < n; k++)
            {
                double[] v = eigen.Vector(k).ToArray(), scaled = [.. v];
                foreach (ref double entry in scaled.AsSpan())
                {
                    entry *= eigen.Values[k];
                }

                double error = MatrixGallery.Difference(MatrixGallery.Times(a, v), scaled, MatrixGallery.Largest(a.AsSpan()));
                Assert.True(error < 1e-14 * n);
            }
        }
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        double[] three = new double[3];
        Assert.Contains("2 rows and 3 columns", Assert.Throws<ArgumentException>(() => SymmetricEigen.Decompose(new Matrix(2, 3))).Message);
        Assert.Contains("NaN in row 1, column 0",
            Assert.Throws<ArgumentException>(() => SymmetricEigen.Eigenvalues(Matrix.FromRows([1, 0], [double.NaN, 1]))).Message);
        Assert.Contains("offDiagonal has 3 rows",
            Assert.Throws<ArgumentException>(() => SymmetricEigen.Tridiagonal(three, three, three, three)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => SymmetricEigen.Tridiagonal([], [], [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => SymmetricEigen.Decompose(Matrix.Identity(2)).Vector(2).Length);
    }
}
