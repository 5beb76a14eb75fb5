using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Operators;

/// <summary>The absolute value of a symmetric matrix: its square, the inequality that bounds rest on, and its derivative.</summary>
public class AbsoluteValueTests
{
    [Fact]
    public void ItsSquareIsThatOfTheMatrixAndItIsNowhereSmaller()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            Matrix a = Random(new RandomStream(seed), 5), value = new AbsoluteValue(a).Value, square = value.Multiply(value), expected = a.Multiply(a), rest = new(5, 5);
            for (int i = 0; i < 5; i++)
            {
                for (int j = 0; j < 5; j++)
                {
                    Assert.Equal(expected[i, j], square[i, j], 1e-12);
                    rest[i, j] = value[i, j] - a[i, j];
                }
            }

            Assert.True(SymmetricEigen.Eigenvalues(value)[0] > 0);
            Assert.True(SymmetricEigen.Eigenvalues(rest)[0] > -1e-13);
        }
    }

    [Fact]
    public void ItsGradientAgreesWithDifferences()
    {
        var stream = new RandomStream(5);
        Matrix a = Random(stream, 5), w = Random(stream, 5), gradient = new AbsoluteValue(a).Gradient(w);
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                const double h = 1e-6;
                double Moved(double step)
                {
                    Matrix moved = a.Copy();
                    moved[i, j] += step;
                    moved[j, i] = moved[i, j];
                    return Kernels.Dot<double>(w.AsSpan(), new AbsoluteValue(moved).Value.AsSpan());
                }

                double exact = i == j ? gradient[i, i] : gradient[i, j] + gradient[j, i];
                Assert.Equal((Moved(h) - Moved(-h)) / (2 * h), exact, 1e-7 * (1 + Math.Abs(exact)));
            }
        }
    }

    [Fact]
    public void OfNothingItIsNothing()
    {
        var zero = new AbsoluteValue(new Matrix(3, 3));
        Assert.All(zero.Value.AsSpan().ToArray(), v => Assert.Equal(0, v));
        Assert.All(zero.Gradient(Matrix.Identity(3)).AsSpan().ToArray(), v => Assert.Equal(0, v));
    }

    private static Matrix Random(RandomStream stream, int n)
    {
        Matrix a = new(n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                a[i, j] = a[j, i] = stream.NextNormal();
            }
        }

        return a;
    }
}
