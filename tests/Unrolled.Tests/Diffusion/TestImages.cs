using Unrolled.Diffusion;
using Unrolled.Diffusion.Schemes;
using Unrolled.Numerics;

namespace Unrolled.Tests.Diffusion;

/// <summary>Seeded images: overlapping discs and diamonds with gentle slopes, values in about [0, 1].</summary>
internal static class TestImages
{
    public static Field<double> PiecewiseSmooth(int rows, int columns, ulong seed, double scale = 1)
    {
        var random = new RandomStream(seed);
        var image = new Field<double>(1, 1, rows, columns);
        int size = Math.Max(rows, columns);
        double[][] shapes = [.. Enumerable.Range(0, 24).Select(_ => new[]
        {
            random.NextUniform(0, rows), random.NextUniform(0, columns), random.NextUniform(0.04, 0.25) * size, random.NextUniform(),
            random.NextUniform(-1, 1), random.NextUniform(-1, 1), random.NextUniform(),
        })];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double value = 0.5;
                foreach (double[] s in shapes)
                {
                    double y = i - s[0], x = j - s[1];
                    bool inside = s[6] < 0.5 ? (x * x) + (y * y) < s[2] * s[2] : Math.Abs(x) + Math.Abs(y) < s[2];
                    value = inside ? s[3] + (0.2 * ((s[4] * x) + (s[5] * y)) / size) : value;
                }

                image.Values[(i * columns) + j] = scale * value;
            }
        }

        return image;
    }

    public static Field<double> Random(int channels, int rows, int columns, ulong seed)
    {
        var random = new RandomStream(seed);
        var field = new Field<double>(1, channels, rows, columns);
        foreach (ref double value in field.Values)
        {
            value = random.NextNormal();
        }

        return field;
    }

    public static bool[] Mask(int length, double density, ulong seed)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextUniform() < density)];
    }

    /// <summary>Sets unknown pixels to the mean of the known ones.</summary>
    public static Field<double> Masked(Field<double> image, bool[] known)
    {
        Field<double> u = Copy(image);
        double mean = Enumerable.Range(0, known.Length).Where(i => known[i]).Average(i => image.Values[i]);
        for (int i = 0; i < known.Length; i++)
        {
            u.Values[i] = known[i] ? u.Values[i] : mean;
        }

        return u;
    }

    public static Field<double> Copy(Field<double> field)
    {
        Field<double> copy = field.ZerosLike();
        field.CopyTo(copy);
        return copy;
    }

    public static double Norm(Field<double> x) => Math.Sqrt(x.Values.ToArray().Sum(v => v * v));

    public static double RelativeError(Field<double> x, Field<double> reference) =>
        Math.Sqrt(x.Values.ToArray().Zip(reference.Values.ToArray(), (a, b) => (a - b) * (a - b)).Sum()) / Norm(reference);

    public static DiffusionFlow<double> Flow(Field<double> shape, Flux flux, double contrast = 1, bool[]? known = null)
    {
        int dimensions = shape.Rows == 1 ? 1 : 2;
        var bank = GradientBank.Create<double>(dimensions, channels: shape.Channels);
        var activation = new FluxActivation<double>(flux, [.. Enumerable.Repeat(contrast, bank.Filters)]);
        return new DiffusionFlow<double>(new SymmetricStep<double>(bank, activation, 1), shape, known);
    }
}
