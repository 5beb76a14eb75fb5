using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Smooth random fields on a periodic grid: white noise whose Fourier modes are multiplied by
/// <c>exp(-smoothness |frequency|^2)</c>, the frequency in cycles per grid point, then scaled to variance 1 over
/// the grid. The mean is whatever it came out to be.
/// </summary>
/// <remarks>
/// The filter is a product over the axes, so it is applied axis by axis as a product with a circulant matrix: work
/// <c>axes * n^(axes + 1)</c> a field, storage <c>n^2 + 2 n^axes</c>. A field depends on its stream alone, to the bit.
/// </remarks>
internal sealed class SmoothField
{
    private readonly int _points;
    private readonly int _axes;
    private readonly double[] _circulant;

    /// <summary>Prepares the filter.</summary>
    /// <param name="pointsPerAxis">The number of grid points along every axis.</param>
    /// <param name="axes">The number of axes.</param>
    /// <param name="smoothness">How strongly high frequencies are damped; 0 leaves white noise.</param>
    public SmoothField(int pointsPerAxis, int axes, double smoothness)
    {
        _points = pointsPerAxis;
        _axes = axes;
        _circulant = Circulant(pointsPerAxis, smoothness);
        Length = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            Length = checked(Length * pointsPerAxis);
        }
    }

    /// <summary>The number of points of the grid.</summary>
    public int Length { get; }

    /// <summary>Draws one field.</summary>
    public void Draw(RandomStream stream, Span<double> destination)
    {
        int across = Length / _points;
        Batch field = Batch.Zeros(_points, across), filtered = Batch.Zeros(_points, across);
        Span<double> values = field.Values;
        for (int i = 0; i < Length; i++)
        {
            values[i] = stream.NextNormal();
        }

        for (int axis = 0; axis < _axes; axis++)
        {
            MatrixKernels.Multiply(_circulant, _points, _points, field, filtered);
            Rotate(filtered.Values, _points, across, values);
        }

        Standardize(values);
        values.CopyTo(destination);
    }

    /// <summary>The slowest axis becomes the fastest: a transpose.</summary>
    private static void Rotate(ReadOnlySpan<double> source, int rows, int columns, Span<double> destination)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                destination[(j * rows) + i] = source[(i * columns) + j];
            }
        }
    }

    private static void Standardize(Span<double> values)
    {
        Batch ones = Batch.Zeros(values.Length, 1), centered = Batch.Zeros(values.Length, 1);
        ones.Values.Fill(1);
        double mean = Kernels.Dot<double>(values, ones.Values) / values.Length;
        Kernels.MultiplyAdd<double>(-mean, ones.Values, values, centered.Values);
        double deviation = Math.Sqrt(Kernels.Dot<double>(centered.Values, centered.Values) / values.Length);
        if (deviation > 0)
        {
            Kernels.Multiply<double>(1 / deviation, values, values);
        }
    }

    /// <summary>Entry <c>(i, j)</c> is the filter's answer at distance <c>i - j</c> to a unit at 0.</summary>
    private static double[] Circulant(int n, double smoothness)
    {
        var kernel = new double[n];
        for (int distance = 0; distance < n; distance++)
        {
            for (int mode = 0; mode < n; mode++)
            {
                double frequency = Math.Min(mode, n - mode) / (double)n;
                double turn = (long)mode * distance % n / (double)n;
                kernel[distance] += Exp(-smoothness * frequency * frequency) * CosOfTurn(turn) / n;
            }
        }

        var matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                matrix[(i * n) + j] = kernel[(i - j + n) % n];
            }
        }

        return matrix;
    }

    private static double Exp(double x) => ElementaryExponential.Exp(Vector512.Create(x))[0];

    private static double CosOfTurn(double turn) => ElementaryTrigonometric.Cos(Vector512.Create(turn * (2 * Math.PI)))[0];
}
