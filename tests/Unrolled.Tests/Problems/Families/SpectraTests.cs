using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Problems.Families;

/// <summary>Spectra that science 3.2 and 4.2 state.</summary>
public class SpectraTests
{
    [Fact]
    public void The_matrix_of_the_paper_has_its_eigenvalues()
    {
        double[] values = SymmetricEigen.Eigenvalues(Assembled.Of(FixedMatrixFamily.FiveByFive().Draw(1, new RandomStream(1)).Operator));
        Assert.Equal([.5805, .6785, 1.0243, 1.0939, 1.5652], values.Select(v => Math.Round(v, 4)));
        Assert.Equal(2.70, values[4] / values[0], 2);
    }

    [Fact]
    public void Right_hand_sides_of_the_paper_spread_by_one()
    {
        Batch b = FixedMatrixFamily.FiveByFive().Draw(1000, new RandomStream(1)).RightHandSide;
        double[] middle = [2.483570, -.691321, 3.238442, 7.615149, -1.170766];
        for (int i = 0; i < 5; i++)
        {
            double[] row = b.Row(i).ToArray();
            Assert.All(row, value => Assert.InRange(value, middle[i] - 1, middle[i] + 1));
            Assert.Equal(middle[i], row.Average(), 0.08);
            Assert.True(row.Max() - row.Min() > 1.97);
        }
    }

    [Fact]
    public void Random_symmetric_matrices_fill_the_stated_interval()
    {
        LinearSystem systems = RandomSymmetricFamily.FiveByFive().Draw(1000, new RandomStream(2));
        var spectra = Enumerable.Range(0, 1000).Select(s => SymmetricEigen.Eigenvalues(Assembled.Of(systems.Operator, s))).ToArray();
        Assert.Equal(3.4, spectra.Min(v => v[0]), 0.4);
        Assert.Equal(8.8, spectra.Max(v => v[4]), 0.4);
    }

    [Fact]
    public void Diffusion_has_a_unit_diagonal_and_the_stated_condition()
    {
        LinearSystem systems = new DiffusionFamily().Draw(5, new RandomStream(3));
        Assert.All(systems.Operator.Diagonal().Values.ToArray(), d => Assert.Equal(1, d));
        for (int s = 0; s < 5; s++)
        {
            double[] values = SymmetricEigen.Eigenvalues(Assembled.Of(systems.Operator, s));
            Assert.InRange(values[^1] / values[0], 180, 480);
            Assert.InRange(values[^1], 1.9, 2);
        }
    }

    [Fact]
    public void Diffusion_without_contrast_is_the_Laplacian()
    {
        const int n = 6;
        Matrix a = Assembled.Of(new DiffusionFamily(n, contrast: 0).Draw(1, new RandomStream(3)).Operator);
        double least = 1 - Math.Cos(Math.PI / (n + 1));
        Assert.Equal(least, SymmetricEigen.Eigenvalues(a)[0], 1e-14);
        Matrix cube = Assembled.Of(new DiffusionFamily(n, 3, contrast: 0).Draw(1, new RandomStream(3)).Operator);
        Assert.Equal(least, SymmetricEigen.Eigenvalues(cube)[0], 1e-14);
    }

    [Fact]
    public void Convection_has_the_stated_imaginary_parts()
    {
        LinearSystem systems = new ConvectionDiffusionFamily(8).Draw(40, new RandomStream(3));
        var largest = Enumerable.Range(0, 40).Select(s => GeneralEigenvalues.Of(Assembled.Of(systems.Operator, s)).Max(z => z.Imaginary)).ToArray();
        Assert.InRange(largest.Max(), 0.55, 0.7);
        Assert.Contains(largest, v => v < 0.01);
        Assert.All(systems.Operator.Diagonal().Values.ToArray(), d => Assert.Equal(1, d));
    }

    [Fact]
    public void Convection_eigenvalues_follow_the_formula()
    {
        const int n = 5;
        Matrix a = Assembled.Of(new ConvectionDiffusionFamily(n, peclet: 6).Draw(1, new RandomStream(8)).Operator);
        double px = 2 * ((4 * a[0, 1]) + 1);
        double py = 2 * ((4 * a[0, n]) + 1);
        Complex x = Complex.Sqrt(1 - (px * px / 4)), y = Complex.Sqrt(1 - (py * py / 4));
        var expected = new List<Complex>();
        for (int i = 1; i <= n; i++)
        {
            for (int j = 1; j <= n; j++)
            {
                expected.Add(1 + (((x * Math.Cos(i * Math.PI / (n + 1))) + (y * Math.Cos(j * Math.PI / (n + 1)))) / 2));
            }
        }

        foreach (Complex value in GeneralEigenvalues.Of(a))
        {
            Assert.True(expected.Min(e => (e - value).Magnitude) < 1e-6);
        }
    }

    [Fact]
    public void Smooth_right_hand_sides_are_smooth_and_white_ones_are_not()
    {
        Batch smooth = new DiffusionFamily().Draw(1, new RandomStream(1)).RightHandSide;
        Batch white = new DiffusionFamily(rightHandSides: RightHandSideKind.White).Draw(1, new RandomStream(1)).RightHandSide;
        Assert.True(NeighborCorrelation(smooth) > 0.8);
        Assert.True(Math.Abs(NeighborCorrelation(white)) < 0.15);
    }

    private static double NeighborCorrelation(Batch field)
    {
        double product = 0, square = 0;
        for (int p = 1; p < field.Components; p++)
        {
            product += field[p, 0] * field[p - 1, 0];
            square += field[p, 0] * field[p, 0];
        }

        return product / square;
    }
}
