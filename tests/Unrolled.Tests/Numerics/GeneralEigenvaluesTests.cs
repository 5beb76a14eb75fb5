using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class GeneralEigenvaluesTests
{
    /// <summary>The largest distance of an expected eigenvalue to the nearest computed one that is still free.</summary>
    private static double Distance(IReadOnlyList<Complex> expected, Complex[] computed)
    {
        Assert.Equal(expected.Count, computed.Length);
        List<Complex> free = [.. computed];
        double largest = 0;
        foreach (Complex value in expected)
        {
            Complex nearest = free.MinBy(z => (z - value).Magnitude);
            free.Remove(nearest);
            largest = Math.Max(largest, (nearest - value).Magnitude);
        }

        return largest;
    }

    [Theory]
    [InlineData("1x1", 1e-15)]
    [InlineData("2x2 needing an exchange", 1e-14)]
    [InlineData("identity", 1e-15)]
    [InlineData("random 7", 1e-13)]
    [InlineData("random 40", 1e-12)]
    [InlineData("random 100", 1e-11)]
    [InlineData("symmetric random 67", 1e-12)]
    [InlineData("graded", 1e-13)]
    [InlineData("Hilbert 8", 1e-14)]
    [InlineData("second difference", 1e-13)]
    [InlineData("repeated eigenvalue", 1e-13)]
    [InlineData("rotation", 1e-14)]
    public void Agree_with_the_reference(string name, double bound)
    {
        Matrix a = MatrixGallery.Get(name);
        Complex[] values = GeneralEigenvalues.Of(a);
        Assert.True(Distance([.. MatrixGallery.Reference(a).Evd().EigenValues], values) < bound);
    }

    [Theory]
    [MemberData(nameof(MatrixGallery.Names), MemberType = typeof(MatrixGallery))]
    public void Are_sorted_conjugate_and_add_up_to_the_trace(string name)
    {
        Matrix a = MatrixGallery.Get(name);
        Complex[] values = GeneralEigenvalues.Of(a);
        double size = MatrixGallery.Largest(a.AsSpan()), trace = 0;
        for (int i = 0; i < a.Rows; i++)
        {
            trace += a[i, i];
        }

        Assert.True(Math.Abs(values.Sum(z => z.Real) - trace) <= 1e-13 * a.Rows * size);
        for (int i = 1; i < values.Length; i++)
        {
            Assert.True(values[i - 1].Real < values[i].Real
                || (values[i - 1].Real == values[i].Real && values[i - 1].Imaginary <= values[i].Imaginary));
        }

        Assert.Equal(
            values.Where(z => z.Imaginary > 0).Select(Complex.Conjugate).Select(z => (z.Real, z.Imaginary)).Order(),
            values.Where(z => z.Imaginary < 0).Select(z => (z.Real, z.Imaginary)).Order());
    }

    [Fact]
    public void Cyclic_shift_needs_exceptional_shifts_and_has_the_roots_of_unity()
    {
        Complex[] expected = [.. Enumerable.Range(0, 16).Select(k => Complex.FromPolarCoordinates(1, Math.PI * k / 8))];
        Assert.True(Distance(expected, GeneralEigenvalues.Of(MatrixGallery.Get("cyclic shift"))) < 1e-13);
    }

    [Fact]
    public void Triangular_and_defective_matrices_keep_their_diagonal()
    {
        Assert.All(GeneralEigenvalues.Of(MatrixGallery.Get("defective")), z => Assert.Equal(new Complex(2, 0), z));
        Matrix lower = MatrixGallery.From(5, (i, j) => j <= i ? i + j + 1 : 0);
        Assert.True(Distance([1, 3, 5, 7, 9], GeneralEigenvalues.Of(lower)) < 1e-12);

        // A full matrix similar to a Jordan block: an error of the cube root of rounding is all that can be asked.
        Matrix s = MatrixGallery.Random(3, 3, 8);
        LuFactorization lu = LuFactorization.Factor(s.Transpose());
        Matrix a = s.Multiply(Matrix.FromRows([1, 1, 0], [0, 1, 1], [0, 0, 1]));
        for (int i = 0; i < 3; i++)
        {
            lu.Solve(a.Row(i), a.Row(i));
        }

        Assert.True(Distance([1, 1, 1], GeneralEigenvalues.Of(a)) < 1e-4);
    }

    [Fact]
    public void Companion_matrix_has_the_roots_of_its_polynomial()
    {
        // (x - 1)(x - 2)...(x - 6)
        double[] c = [720, -1764, 1624, -735, 175, -21];
        Matrix companion = MatrixGallery.From(6, (i, j) => j == 5 ? -c[i] : i == j + 1 ? 1 : 0);
        Assert.True(Distance([1, 2, 3, 4, 5, 6], GeneralEigenvalues.OfHessenberg(companion)) < 1e-9);
        Assert.True(Distance([1, 2, 3, 4, 5, 6], GeneralEigenvalues.Of(companion)) < 1e-9);
    }

    [Fact]
    public void Balancing_saves_badly_scaled_matrices()
    {
        Matrix a = MatrixGallery.Random(8, 8, 5);
        Complex[] expected = GeneralEigenvalues.Of(a);
        Matrix scaled = MatrixGallery.From(8, (i, j) => Math.ScaleB(a[i, j], 12 * (i - j)));
        Assert.True(Distance(expected, GeneralEigenvalues.Of(scaled)) < 1e-12);
    }

    [Fact]
    public void Hessenberg_entry_ignores_what_lies_below_the_subdiagonal()
    {
        Matrix h = MatrixGallery.Random(12, 12, 6);
        Matrix dirty = h.Copy();
        for (int i = 2; i < 12; i++)
        {
            h.Row(i)[..(i - 1)].Clear();
            dirty.Row(i)[..(i - 1)].Fill(double.NaN);
        }

        Complex[] values = GeneralEigenvalues.OfHessenberg(dirty);
        Assert.True(Distance([.. MatrixGallery.Reference(h).Evd().EigenValues], values) < 1e-12);
    }

    [Fact]
    public void Scaling_by_a_power_of_two_scales_the_bits()
    {
        Matrix a = MatrixGallery.Random(9, 9, 7);
        Complex[] values = GeneralEigenvalues.Of(a);
        foreach (int power in new[] { -900, 900 })
        {
            Complex[] scaled = GeneralEigenvalues.Of(MatrixGallery.From(9, (i, j) => Math.ScaleB(a[i, j], power)));
            Assert.Equal(values, scaled.Select(z => new Complex(Math.ScaleB(z.Real, -power), Math.ScaleB(z.Imaginary, -power))));
        }
    }

    [Fact]
    public void Entries_of_any_magnitude_end_in_finite_eigenvalues()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 500; trial++)
        {
            int n = random.Next(2, 14);
            Matrix a = MatrixGallery.From(n, (_, _) => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-1000, 1000)));
            Assert.All(GeneralEigenvalues.Of(a), z => Assert.True(Complex.IsFinite(z)));
            Assert.All(GeneralEigenvalues.OfHessenberg(a), z => Assert.True(Complex.IsFinite(z)));
        }

        // A pair whose product of off-diagonal entries vanishes beside a tiny diagonal.
        Assert.True(Distance([0, 1e-300], GeneralEigenvalues.Of(Matrix.FromRows([0, 1e-320], [1e10, 1e-300]))) < 1e-310);
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        Assert.Contains("2 rows and 3 columns", Assert.Throws<ArgumentException>(() => GeneralEigenvalues.Of(new Matrix(2, 3))).Message);
        Assert.Contains("row 0, column 1",
            Assert.Throws<ArgumentException>(() => GeneralEigenvalues.Of(Matrix.FromRows([1, double.NaN], [0, 1]))).Message);
        Assert.Throws<ArgumentException>(() => GeneralEigenvalues.OfHessenberg(Matrix.FromRows([1, double.NegativeInfinity], [0, 1])));
    }
}
