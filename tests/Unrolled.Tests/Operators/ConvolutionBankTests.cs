using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Operators;

/// <summary>A bank is what its definition says, and its adjoint is exact, whatever the sizes.</summary>
public class ConvolutionBankTests
{
    /// <summary>Rows, columns, kernel rows, kernel columns, channels, filters.</summary>
    public static TheoryData<int, int, int, int, int, int> Sizes => new()
    {
        { 1, 50, 1, 5, 1, 16 }, { 1, 7, 1, 7, 2, 3 }, { 1, 2, 1, 7, 1, 4 }, { 1, 1, 1, 3, 1, 1 }, { 1, 300, 1, 3, 3, 5 }, { 9, 20, 1, 5, 1, 2 },
        { 40, 1, 5, 1, 1, 6 }, { 33, 1, 3, 3, 2, 2 }, { 1, 33, 3, 3, 2, 2 }, { 2, 3, 5, 7, 2, 3 }, { 1, 1, 5, 5, 1, 2 }, { 16, 16, 3, 3, 1, 8 },
        { 23, 37, 5, 5, 1, 24 }, { 31, 18, 7, 7, 1, 7 }, { 12, 13, 3, 3, 5, 13 }, { 9, 64, 5, 3, 4, 1 }, { 180, 180, 5, 5, 1, 24 }, { 5, 6, 1, 1, 3, 2 },
        { 3, 4, 9, 11, 1, 2 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Products_are_what_the_definition_says(int rows, int columns, int kernelRows, int kernelColumns, int channels, int filters)
    {
        foreach (Boundary boundary in new[] { Boundary.Reflecting, Boundary.Periodic, Boundary.Zero })
        {
            (ConvolutionBank<double> bank, Field<double> u, Field<double> v) = Draw<double>(rows, columns, kernelRows, kernelColumns, channels, filters, boundary);
            var responses = new Field<double>(2, filters, rows, columns);
            bank.Apply(u, responses);
            for (int k = 0; k < 40; k++)
            {
                int n = k % 2, c = k * 7 % filters, i = k * 11 % rows, j = k * 5 % columns;
                double sum = 0;
                for (int s = 0; s < channels; s++)
                {
                    for (int a = 0; a < kernelRows; a++)
                    {
                        for (int b = 0; b < kernelColumns; b++)
                        {
                            int row = Outside(i + a - (kernelRows / 2), rows, boundary), column = Outside(j + b - (kernelColumns / 2), columns, boundary);
                            double value = row < 0 || column < 0 ? 0 : u.Plane(n, s)[(row * columns) + column];
                            sum = Math.FusedMultiplyAdd(bank.Kernel(c, s)[(a * kernelColumns) + b], value, sum);
                        }
                    }
                }

                Assert.Equal(sum, responses.Plane(n, c)[(i * columns) + j]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_adjoint_is_exact(int rows, int columns, int kernelRows, int kernelColumns, int channels, int filters)
    {
        foreach (Boundary boundary in new[] { Boundary.Reflecting, Boundary.Periodic, Boundary.Zero })
        {
            (ConvolutionBank<double> bank, Field<double> u, Field<double> v) = Draw<double>(rows, columns, kernelRows, kernelColumns, channels, filters, boundary);
            Field<double> ku = v.ZerosLike(), ktv = u.ZerosLike();
            bank.Apply(u, ku);
            bank.ApplyAdjoint(v, ktv);
            double left = Dot(ku, v), right = Dot(u, ktv);
            Assert.InRange(left - right, -1e-13 * Norm(ku) * Norm(v), 1e-13 * Norm(ku) * Norm(v));

            // <v, K(k) u> is linear in the kernels, so its gradient gives it back.
            double[] gradient = new double[bank.Kernels.Length];
            bank.AccumulateKernelGradient(u, v, gradient);
            double byKernels = gradient.Zip(bank.Kernels.ToArray(), (g, k) => g * k).Sum();
            Assert.InRange(left - byKernels, -1e-12 * Norm(ku) * Norm(v), 1e-12 * Norm(ku) * Norm(v));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_gradient_with_respect_to_a_kernel_number_is_the_product_with_its_unit_bank(
        int rows, int columns, int kernelRows, int kernelColumns, int channels, int filters)
    {
        (ConvolutionBank<double> bank, Field<double> u, Field<double> v) =
            Draw<double>(rows, columns, kernelRows, kernelColumns, channels, filters, Boundary.Reflecting);
        double[] gradient = new double[bank.Kernels.Length];
        bank.AccumulateKernelGradient(u, v, gradient);
        Field<double> response = v.ZerosLike();
        for (int k = 0; k < 5; k++)
        {
            double[] unit = new double[gradient.Length];
            int at = (k * 37) % unit.Length;
            unit[at] = 1;
            new ConvolutionBank<double>(unit, filters, channels, kernelRows, kernelColumns).Apply(u, response);
            double scale = Norm(response) * Norm(v);
            Assert.InRange(Dot(response, v) - gradient[at], -1e-13 * scale, 1e-13 * scale);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Float_agrees_with_double(int rows, int columns, int kernelRows, int kernelColumns, int channels, int filters)
    {
        (ConvolutionBank<float> bank, Field<float> u, Field<float> v) =
            Draw<float>(rows, columns, kernelRows, kernelColumns, channels, filters, Boundary.Periodic);
        var wide = new ConvolutionBank<double>([.. bank.Kernels.ToArray().Select(k => (double)k)], filters, channels, kernelRows, kernelColumns, Boundary.Periodic);
        Field<float> ku = v.ZerosLike(), ktv = u.ZerosLike();
        Field<double> wideKu = Wide(v), wideKtv = Wide(u);
        bank.Apply(u, ku);
        bank.ApplyAdjoint(v, ktv);
        wide.Apply(Wide(u), wideKu);
        wide.ApplyAdjoint(Wide(v), wideKtv);
        double largest = Math.Sqrt(filters * channels * kernelRows * kernelColumns * 25.0);
        Assert.All(ku.Values.ToArray().Zip(wideKu.Values.ToArray()), p => Assert.Equal(p.Second, p.First, 1e-6 * largest));
        Assert.All(ktv.Values.ToArray().Zip(wideKtv.Values.ToArray()), p => Assert.Equal(p.Second, p.First, 1e-6 * largest));
    }

    [Fact]
    public void Memory_is_reused_without_allocating()
    {
        (ConvolutionBank<float> bank, Field<float> u, Field<float> v) = Draw<float>(33, 45, 5, 5, 2, 7, Boundary.Reflecting);
        var memory = new ConvolutionMemory<float>(bank, 33, 45);
        Field<float> ku = v.ZerosLike(), ktv = u.ZerosLike(), again = v.ZerosLike();
        float[] gradient = new float[bank.Kernels.Length];
        void Products()
        {
            bank.Apply(u.Instance(0), ku.Instance(0), memory);
            bank.ApplyAdjoint(v.Instance(0), ktv.Instance(0), memory);
            bank.AccumulateKernelGradient(u.Instance(0), v.Instance(0), gradient, memory);
        }

        Products();
        Assert.Equal(0, Allocation.Of(Products));
        bank.Apply(u, again);
        Assert.Equal(again.Instance(0).ToArray(), ku.Instance(0).ToArray());
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        (ConvolutionBank<float> bank, Field<float> u, Field<float> v) = Draw<float>(8, 9, 3, 3, 2, 4, Boundary.Reflecting);
        Assert.Contains("2 channels", Assert.Throws<ArgumentException>(() => bank.Apply(v, u)).Message, StringComparison.Ordinal);
        var memory = new ConvolutionMemory<float>(bank, 8, 8);
        Assert.Contains("8 x 8", Assert.Throws<ArgumentException>(() => bank.Apply(u.Instance(0), v.Instance(0), memory)).Message, StringComparison.Ordinal);
        var other = new ConvolutionMemory<float>(new ConvolutionBank<float>(new float[18], 1, 2, 3, 3), 8, 9);
        Assert.Contains("4", Assert.Throws<ArgumentException>(() => bank.Apply(u.Instance(0), v.Instance(0), other)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => bank.AccumulateKernelGradient(u, v, new float[5]));
    }

    /// <summary>The place whose value stands at a place outside; -1 for zero.</summary>
    private static int Outside(int i, int extent, Boundary boundary)
    {
        if (boundary == Boundary.Zero)
        {
            return i < 0 || i >= extent ? -1 : i;
        }

        while (i < 0 || i >= extent)
        {
            i = boundary == Boundary.Periodic ? (i + extent) % extent + (i + extent < 0 ? extent : 0) : i < 0 ? -1 - i : (2 * extent) - 1 - i;
        }

        return i;
    }

    private static (ConvolutionBank<T> Bank, Field<T> U, Field<T> V) Draw<T>(
        int rows, int columns, int kernelRows, int kernelColumns, int channels, int filters, Boundary boundary)
        where T : struct, IFloatingPointIeee754<T>
    {
        var stream = new RandomStream(11);
        var u = new Field<T>(2, channels, rows, columns);
        var v = new Field<T>(2, filters, rows, columns);
        T[] kernels = new T[filters * channels * kernelRows * kernelColumns];
        Fill<T>(u.Values, stream);
        Fill<T>(v.Values, stream);
        Fill<T>(kernels, stream);
        return (new ConvolutionBank<T>(kernels, filters, channels, kernelRows, kernelColumns, boundary), u, v);
    }

    private static void Fill<T>(Span<T> numbers, RandomStream stream)
        where T : struct, IFloatingPointIeee754<T>
    {
        foreach (ref T number in numbers)
        {
            number = T.CreateTruncating(stream.NextNormal());
        }
    }

    private static Field<double> Wide(Field<float> field)
    {
        var wide = new Field<double>(field.Instances, field.Channels, field.Rows, field.Columns);
        for (int i = 0; i < field.Values.Length; i++)
        {
            wide.Values[i] = field.Values[i];
        }

        return wide;
    }

    private static double Dot(Field<double> a, Field<double> b) => Kernels.Dot<double>(a.Values, b.Values);

    private static double Norm(Field<double> a) => Math.Sqrt(Dot(a, a));
}
