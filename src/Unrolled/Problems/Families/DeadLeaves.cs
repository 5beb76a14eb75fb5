using System.Globalization;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>
/// Dead-leaves images: opaque disks of random size, place and gray level that cover one another, a scale-invariant model of natural
/// images that needs no files.
/// </summary>
/// <remarks>
/// <para>The radii have the density <c>r^-3</c> on [smallest, largest] pixels. The pattern is stationary: a disk that may touch the image
/// has its center uniform on the image enlarged by <c>r</c> on every side, so that the radii of those have the density
/// <c>r^-3 (H + 2r)(W + 2r)</c>, a mixture of the powers -3, -2 and -1, which are drawn exactly. Disks are laid from front to back until
/// every point is covered.</para>
/// <para>Points are drawn on a grid twice as fine and averaged, which gives the edges the softness that a lens and a sensor give.
/// Shading: the gray level of a disk of radius <c>r</c> is <c>clamp(g + s (p - center) . d / max(r, 8))</c>, <c>g</c> uniform
/// on [0, 1), <c>s</c> uniform on [0, shading), <c>d</c> a random direction. Texture: every disk carries a plane wave of random direction,
/// wavelength (2 to 16 pixels) and phase, its amplitude uniform on [0, texture).</para>
/// <para>Every image has a contrast <c>k</c>, uniform on [0.1, 1), and a middle <c>m</c>, uniform on [k/2, 1 - k/2): its values are
/// <c>m + k (v - 1/2)</c>. Without it images would have twice the differences of photographs between neighbors, and too light tails.</para>
/// <para>Reference: Lee, Mumford and Huang, "Occlusion models for natural images", 2001, doi:10.1023/A:1011109015675; as training data:
/// Achddou, Gousseau and Ladjal, 2021, doi:10.1007/978-3-030-75549-2_27.</para>
/// </remarks>
public sealed class DeadLeaves : IFieldSource
{
    private const int Fineness = 2;
    private const double LeastContrast = 0.1;

    private readonly double _smallest;
    private readonly double _largest;
    private readonly double _logRatio;
    private readonly double _shading;
    private readonly double _texture;

    /// <summary>Creates the source.</summary>
    /// <param name="extent">The rows and columns when nobody asks for others.</param>
    /// <param name="smallest">The smallest radius in pixels.</param>
    /// <param name="largest">The largest radius in pixels.</param>
    /// <param name="shading">The largest change of the gray level from the center to the edge of a disk.</param>
    /// <param name="texture">The largest amplitude of the waves.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public DeadLeaves(int extent = 44, double smallest = 1, double largest = 400, double shading = 0.2, double texture = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(extent);
        if (!(smallest >= 0.25 && largest >= smallest && largest <= 1e5))
        {
            throw new ArgumentException($"radii from {smallest} to {largest} pixels, expected 0.25 <= smallest <= largest <= 100000", nameof(smallest));
        }

        if (!(shading is >= 0 and <= 1 && texture is >= 0 and <= 1))
        {
            throw new ArgumentException($"shading {shading} and texture {texture}, expected numbers from 0 to 1", nameof(shading));
        }

        (Rows, _smallest, _largest, _shading, _texture) = (extent, smallest, largest, shading, texture);
        _logRatio = Logarithm(largest / smallest);
        Description = string.Create(CultureInfo.InvariantCulture,
            $"Dead-leaves images of {extent} x {extent} pixels, radii {smallest:R} to {largest:R} with density r^-3, shading {shading:R}, texture {texture:R}");
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings Settings => FamilySettings.Of(
        ("kind", "images"), ("patch", Rows), ("smallest-radius", _smallest), ("largest-radius", _largest), ("shading", _shading), ("texture", _texture));

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns => Rows;

    /// <inheritdoc/>
    public double Low => 0;

    /// <inheritdoc/>
    public double Peak => 1;

    /// <inheritdoc/>
    public double NoiseUnit => 1.0 / 255;

    /// <inheritdoc/>
    public void Draw(Field<float> destination, int instance, RandomStream stream)
    {
        FieldSource.CheckImage(destination);
        ArgumentNullException.ThrowIfNull(stream);
        double contrast = stream.NextUniform(LeastContrast, 1), middle = stream.NextUniform(contrast / 2, 1 - (contrast / 2));
        int rows = destination.Rows * Fineness, columns = destination.Columns * Fineness;
        float[] fine = new float[rows * columns];
        fine.AsSpan().Fill(float.NaN);
        int[] open = new int[rows]; // how many points of a row are not covered
        open.AsSpan().Fill(columns);
        for (long left = fine.Length; left > 0;)
        {
            double r = DrawRadius(rows, columns, stream);
            double row = stream.NextUniform(-r, rows + r), column = stream.NextUniform(-r, columns + r);
            Leaf leaf = DrawLeaf(r, row, column, stream);
            int first = (int)Math.Max(0, Math.Ceiling(row - r - 0.5)), last = (int)Math.Min(rows - 1, Math.Floor(row + r - 0.5));
            for (int i = first; i <= last; i++)
            {
                if (open[i] > 0)
                {
                    int covered = leaf.Cover(fine.AsSpan(i * columns, columns), i + 0.5);
                    open[i] -= covered;
                    left -= covered;
                }
            }
        }

        Span<float> image = destination.Plane(instance, 0);
        Average(fine, columns, image, destination.Columns);
        foreach (ref float value in image)
        {
            value = (float)Math.Clamp(middle + (contrast * (value - 0.5)), 0, 1);
        }
    }

    /// <summary>Means of squares of 2 x 2 points.</summary>
    private static void Average(ReadOnlySpan<float> fine, int fineColumns, Span<float> image, int columns)
    {
        for (int k = 0; k < image.Length; k++)
        {
            (int i, int j) = Math.DivRem(k, columns);
            ReadOnlySpan<float> upper = fine.Slice((2 * i * fineColumns) + (2 * j), 2), lower = fine.Slice((((2 * i) + 1) * fineColumns) + (2 * j), 2);
            image[k] = (upper[0] + upper[1] + (lower[0] + lower[1])) / 4;
        }
    }

    /// <summary>A radius in points of the disks that may touch the image.</summary>
    private double DrawRadius(int rows, int columns, RandomStream stream)
    {
        double a = Fineness * _smallest, b = Fineness * _largest;
        if (a == b)
        {
            return a;
        }

        double cubic = 1 / (a * a), far = 1 / (b * b), square = 1 / a, distant = 1 / b;
        double w3 = (double)rows * columns * (cubic - far) / 2, w2 = 2.0 * (rows + columns) * (square - distant), w1 = 4 * _logRatio;
        double which = stream.NextUniform(0, w3 + w2 + w1), u = stream.NextUniform();
        double r = which < w3 ? 1 / Math.Sqrt(cubic + (u * (far - cubic)))
            : which < w3 + w2 ? 1 / (square + (u * (distant - square)))
            : a * ElementaryExponential.Exp(Vector512.Create(u * _logRatio))[0];
        return Math.Clamp(r, a, b);
    }

    private Leaf DrawLeaf(double r, double row, double column, RandomStream stream)
    {
        double gray = stream.NextUniform();
        (double shadeRow, double shadeColumn) = Direction(stream);
        double shade = stream.NextUniform(0, _shading) / Math.Max(r, 8 * Fineness);
        (double waveRow, double waveColumn) = Direction(stream);
        double frequency = 2 * Math.PI / (Fineness * stream.NextUniform(2, 16)), phase = stream.NextUniform(0, 2 * Math.PI);
        double amplitude = stream.NextUniform(0, _texture);
        return new Leaf(r, row, column, gray, shade * shadeRow, shade * shadeColumn, frequency * waveRow, frequency * waveColumn, phase, amplitude);
    }

    /// <summary>A random point of the unit circle.</summary>
    private static (double Row, double Column) Direction(RandomStream stream)
    {
        double y, x, square;
        do
        {
            (y, x) = (stream.NextUniform(-1, 1), stream.NextUniform(-1, 1));
            square = (y * y) + (x * x);
        }
        while (square is > 1 or < 1e-6);
        double length = Math.Sqrt(square);
        return (y / length, x / length);
    }

    private static double Logarithm(double x) => ElementaryExponential.Log(Vector512.Create(x))[0];

    /// <summary>One disk: where it is and which value it has at every point.</summary>
    private readonly record struct Leaf(
        double Radius, double Row, double Column, double Gray, double ShadeRow, double ShadeColumn, double WaveRow, double WaveColumn, double Phase, double Amplitude)
    {
        /// <summary>Covers the points of a row of points that nothing covers yet, and returns how many.</summary>
        public int Cover(Span<float> points, double y)
        {
            double dy = y - Row, half = (Radius * Radius) - (dy * dy);
            if (half < 0)
            {
                return 0;
            }

            half = Math.Sqrt(half);
            int first = (int)Math.Max(0, Math.Ceiling(Column - half - 0.5)), last = (int)Math.Min(points.Length - 1, Math.Floor(Column + half - 0.5));
            int covered = 0;
            for (int j = first; j <= last; j++)
            {
                if (float.IsNaN(points[j]))
                {
                    points[j] = (float)Value(dy, j + 0.5 - Column);
                    covered++;
                }
            }

            return covered;
        }

        private double Value(double dy, double dx)
        {
            double value = Gray + (ShadeRow * dy) + (ShadeColumn * dx);
            if (Amplitude > 0)
            {
                value += Amplitude * ElementaryTrigonometric.Sin(Vector512.Create((WaveRow * dy) + (WaveColumn * dx) + Phase))[0];
            }

            return Math.Clamp(value, 0, 1);
        }
    }
}
