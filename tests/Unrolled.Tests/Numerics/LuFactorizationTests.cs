using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class LuFactorizationTests
{
    [Theory]
    [MemberData(nameof(MatrixGallery.Names), MemberType = typeof(MatrixGallery))]
    public void Solutions_are_backward_stable(string name)
    {
        Matrix a = MatrixGallery.Get(name);
        double[] b = MatrixGallery.Vector(a.Rows, 11), x = new double[a.Rows];
        double size = MatrixGallery.Largest(a.AsSpan());
        for (int i = 0; i < b.Length; i++)
        {
            b[i] *= size;
        }

        LuFactorization lu = LuFactorization.Factor(a);
        Assert.False(lu.IsSingular);
        lu.Solve(b, x);
        Assert.True(MatrixGallery.BackwardError(a, x, b) < 10 * MatrixGallery.Epsilon);
        lu.SolveTransposed(b, x);
        Assert.True(MatrixGallery.BackwardError(a.Transpose(), x, b) < 10 * MatrixGallery.Epsilon);

        double[] inPlace = [.. b];
        lu.SolveTransposed(inPlace, inPlace);
        Assert.Equal(x, inPlace);
    }

    [Theory]
    [InlineData("random 7")]
    [InlineData("2x2 needing an exchange")]
    [InlineData("Hilbert 8")]
    [InlineData("cyclic shift")]
    [InlineData("second difference")]
    public void Determinant_agrees_with_the_reference(string name)
    {
        Matrix a = MatrixGallery.Get(name);
        double expected = MatrixGallery.Reference(a).Determinant();
        Assert.Equal(1, LuFactorization.Factor(a).Determinant / expected, 1e-6);
    }

    [Fact]
    public void Panels_do_not_change_a_single_bit()
    {
        Matrix a = MatrixGallery.Random(75, 75, 5);
        double[] b = MatrixGallery.Vector(75, 6), x = new double[75];
        LuFactorization.Factor(a).Solve(b, x);

        // The same elimination, entry by entry and column by column.
        Matrix f = a.Copy();
        for (int k = 0; k < 75; k++)
        {
            int p = Enumerable.Range(k, 75 - k).MaxBy(i => Math.Abs(f[i, k]));
            for (int j = 0; j < 75; j++)
            {
                (f[k, j], f[p, j]) = (f[p, j], f[k, j]);
            }

            (b[k], b[p]) = (b[p], b[k]);
            for (int i = k + 1; i < 75; i++)
            {
                f[i, k] /= f[k, k];
                for (int j = k + 1; j < 75; j++)
                {
                    f[i, j] = Math.FusedMultiplyAdd(-f[i, k], f[k, j], f[i, j]);
                }
            }
        }

        for (int i = 0; i < 75; i++)
        {
            b[i] -= RowOperations.Dot(f.Row(i)[..i], b.AsSpan(0, i));
        }

        for (int i = 74; i >= 0; i--)
        {
            b[i] = (b[i] - RowOperations.Dot(f.Row(i)[(i + 1)..], b.AsSpan(i + 1))) / f[i, i];
        }

        Assert.Equal(b, x);
    }

    [Fact]
    public void A_singular_matrix_is_a_value_until_it_is_solved()
    {
        Matrix a = Matrix.FromRows([1, 2, 3], [2, 4, 6], [1, 0, 1]);
        LuFactorization lu = LuFactorization.Factor(a);
        Assert.True(lu.IsSingular);
        Assert.Equal(0, lu.SmallestPivot);
        Assert.Equal(0, lu.Determinant);
        Assert.Contains("singular", Assert.Throws<InvalidOperationException>(() => lu.Solve(new double[3], new double[3])).Message);
        Assert.Throws<InvalidOperationException>(() => lu.SolveTransposed(new double[3], new double[3]));

        a[1, 1] = 5;
        lu.Refactor(a);
        Assert.False(lu.IsSingular);
        Assert.Equal(-2, lu.Determinant, 1e-14);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    public void Entries_that_are_not_finite_make_it_singular(int i, int j)
    {
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
        {
            Matrix a = MatrixGallery.Random(3, 3, 9);
            a[i, j] = bad;
            Assert.True(LuFactorization.Factor(a).IsSingular);
        }
    }

    [Fact]
    public void Solving_and_refactoring_allocate_nothing()
    {
        Matrix a = MatrixGallery.Random(40, 40, 2);
        LuFactorization lu = LuFactorization.Factor(a);
        double[] b = MatrixGallery.Vector(40, 3), x = new double[40];
        lu.Solve(b, x);
        lu.Refactor(a);
        Assert.Equal(0, Allocation.Of(() =>
        {
            lu.Refactor(a);
            lu.Solve(b, x);
            lu.SolveTransposed(b, x);
        }));
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        LuFactorization lu = LuFactorization.Factor(Matrix.Identity(4));
        Assert.Contains("2 rows and 3 columns", Assert.Throws<ArgumentException>(() => LuFactorization.Factor(new Matrix(2, 3))).Message);
        Assert.Contains("b has 5 rows, A has 4", Assert.Throws<ArgumentException>(() => lu.Solve(new double[5], new double[4])).Message);
        Assert.Contains("destination has 3 rows, A has 4",
            Assert.Throws<ArgumentException>(() => lu.Solve(new double[4], new double[3])).Message);
        Assert.Contains("a has 3 rows, the factorization has 4",
            Assert.Throws<ArgumentException>(() => lu.Refactor(Matrix.Identity(3))).Message);
        Assert.Throws<ArgumentNullException>(() => LuFactorization.Factor(null!));
    }
}
