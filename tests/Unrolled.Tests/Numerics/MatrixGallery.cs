using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

/// <summary>Named matrices on which every factorization is tried, and the measures of its errors.</summary>
internal static class MatrixGallery
{
    public static readonly double Epsilon = Math.ScaleB(1, -52);

    private static readonly Dictionary<string, Func<Matrix>> Square = new()
    {
        ["1x1"] = () => Matrix.FromRows([-3.5]),
        ["2x2 needing an exchange"] = () => Matrix.FromRows([0, 2], [3, 1]),
        ["identity"] = () => Matrix.Identity(9),
        ["random 7"] = () => Random(7, 7, 1),
        ["random 40"] = () => Random(40, 40, 2),
        ["random 100"] = () => Random(100, 100, 3),
        ["symmetric random 67"] = () => Symmetric(67, 4),
        ["graded"] = () => From(20, (i, j) => Math.ScaleB((i == j ? 3 : 1) + (0.1 * ((i * j) % 7)), -4 * (i + j))),
        ["huge"] = () => From(12, (i, j) => 1e300 / (1 + Math.Abs(i - j))),
        ["tiny"] = () => From(12, (i, j) => 1e-300 / (1 + Math.Abs(i - j))),
        ["Hilbert 8"] = () => From(8, (i, j) => 1.0 / (i + j + 1)),
        ["second difference"] = () => From(50, (i, j) => i == j ? 2 : Math.Abs(i - j) == 1 ? -1 : 0),
        ["repeated eigenvalue"] = () => From(12, (i, j) => (i == j ? 1 : 0) + 1.0),
        ["defective"] = () => From(6, (i, j) => i == j ? 2 : j == i + 1 ? 1 : 0),
        ["rotation"] = () => Matrix.FromRows([0, -1, 0], [1, 0, 0], [0, 0, 1]),
        ["cyclic shift"] = () => From(16, (i, j) => j == (i + 1) % 16 ? 1 : 0),
    };

    public static TheoryData<string> Names => [.. Square.Keys];

    public static Matrix Get(string name) => Square[name]();

    public static Matrix From(int n, Func<int, int, double> entry)
    {
        var a = new Matrix(n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                a[i, j] = entry(i, j);
            }
        }

        return a;
    }

    public static Matrix Random(int rows, int columns, int seed)
    {
        var a = new Matrix(rows, columns);
        Vector(rows * columns, seed).CopyTo(a.AsSpan());
        return a;
    }

    public static Matrix Symmetric(int n, int seed)
    {
        Matrix a = Random(n, n, seed);
        return From(n, (i, j) => a[i, j] + a[j, i]);
    }

    public static double[] Vector(int n, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    public static double[] Times(Matrix a, ReadOnlySpan<double> x)
    {
        double[] y = new double[a.Rows];
        a.Multiply(x, y);
        return y;
    }

    public static double Largest(ReadOnlySpan<double> x)
    {
        double largest = 0;
        foreach (double value in x)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    /// <summary>max |x - y| / scale, with the largest entry of y as the default scale.</summary>
    public static double Difference(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double scale = 0)
    {
        Assert.Equal(y.Length, x.Length);
        scale = scale == 0 ? Largest(y) : scale;
        double largest = 0;
        for (int i = 0; i < x.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(x[i] - y[i]) / scale);
        }

        return largest;
    }

    /// <summary>max |b - A x| / (n max |A| max |x|): of rounding size for every backward stable solver.</summary>
    public static double BackwardError(Matrix a, ReadOnlySpan<double> x, ReadOnlySpan<double> b) =>
        Difference(Times(a, x), b, 1) / (a.Columns * Largest(a.AsSpan())) / Largest(x);

    public static MathNet.Numerics.LinearAlgebra.Matrix<double> Reference(Matrix a) =>
        MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(a.Rows, a.Columns, a.AsSpan().ToArray());
}
