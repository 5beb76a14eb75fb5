using System.Numerics;
using Unrolled.Diffusion;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Diffusion;

public class SymmetricStepTests
{
    /// <summary>Instances, channels, rows, columns, filters, kernel rows, kernel columns.</summary>
    public static TheoryData<int, int, int, int, int, int, int> Sizes => new()
    {
        { 2, 1, 23, 37, 8, 5, 5 }, { 3, 1, 1, 70, 6, 1, 5 }, { 1, 2, 9, 8, 5, 3, 3 }, { 1, 1, 1, 1, 2, 3, 3 }, { 2, 1, 2, 3, 3, 5, 7 }, { 1, 3, 17, 1, 4, 3, 1 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Flow_is_the_bank_the_flux_and_the_adjoint(int instances, int channels, int rows, int columns, int filters, int kernelRows, int kernelColumns)
    {
        (SymmetricStep<double> step, Field<double> u) = Draw<double>(instances, channels, rows, columns, filters, kernelRows, kernelColumns);
        var responses = new Field<double>(instances, filters, rows, columns);
        Field<double> flow = u.ZerosLike(), expected = u.ZerosLike(), next = u.ZerosLike();
        step.Bank.Apply(u, responses);
        for (int n = 0; n < instances; n++)
        {
            step.Flux.Apply(responses.Instance(n), responses.Instance(n), filters);
        }

        step.Bank.ApplyAdjoint(responses, expected);
        step.Flow(u, flow);
        Assert.Equal(expected.Values.ToArray(), flow.Values.ToArray());
        step.Apply(u, next);
        Assert.Equal(
            u.Values.ToArray().Zip(flow.Values.ToArray(), (x, f) => Math.FusedMultiplyAdd(-step.Tau, f, x)),
            next.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gradients_agree_with_central_differences(int instances, int channels, int rows, int columns, int filters, int kernelRows, int kernelColumns)
    {
        (SymmetricStep<double> step, Field<double> u) = Draw<double>(instances, channels, rows, columns, filters, kernelRows, kernelColumns);
        var stream = new RandomStream(23);
        Field<double> p = u.ZerosLike(), du = u.ZerosLike();
        Fill(p.Values, stream);
        double[] theta = Theta<double>(filters), kernels = step.Bank.Kernels.ToArray();
        double[] kernelGradient = new double[kernels.Length], fluxGradient = new double[filters];
        double tauGradient = 0;
        step.Backward(u, p, du, kernelGradient, fluxGradient, ref tauGradient);

        double Loss(Field<double> x, double[] k, double[] t, double tau)
        {
            Field<double> next = x.ZerosLike();
            new SymmetricStep<double>(new ConvolutionBank<double>(k, filters, channels, kernelRows, kernelColumns, step.Bank.Boundary), new RationalFlux<double>(t), tau)
                .Apply(x, next);
            return Kernels.Dot<double>(p.Values, next.Values);
        }

        void Agrees(Func<double, double> loss, double slope)
        {
            const double h = 1e-5;
            double difference = (loss(h) - loss(-h)) / (2 * h);
            Assert.Equal(difference, slope, 1e-6 * Math.Max(1, Math.Abs(difference)));
        }

        Agrees(h => Loss(u, kernels, theta, step.Tau + h), tauGradient);
        for (int k = 0; k < 12; k++)
        {
            int i = k * 29 % u.Values.Length, j = k * 17 % kernels.Length, c = k % filters;
            Agrees(
                h =>
                {
                    Field<double> moved = u.ZerosLike();
                    u.CopyTo(moved);
                    moved.Values[i] += h;
                    return Loss(moved, kernels, theta, step.Tau);
                },
                du.Values[i]);
            Agrees(h => Loss(u, Moved(kernels, j, h), theta, step.Tau), kernelGradient[j]);
            Agrees(h => Loss(u, kernels, Moved(theta, c, h), step.Tau), fluxGradient[c]);
        }
    }

    /// <summary>Channels, rows, columns, filters, kernel rows, kernel columns; with whole and cut groups of rows, one, two and an odd number of blocks.</summary>
    [Theory]
    [InlineData(1, 33, 37, 12, 5, 5)]
    [InlineData(1, 64, 60, 15, 5, 7)]
    [InlineData(2, 35, 97, 25, 5, 5)]
    [InlineData(1, 34, 32, 13, 7, 7)]
    [InlineData(5, 38, 45, 14, 3, 3)]
    [InlineData(3, 32, 130, 16, 3, 5)]
    public void Winograds_algorithm_gives_the_flow_but_for_rounding(int channels, int rows, int columns, int filters, int kernelRows, int kernelColumns)
    {
        foreach (Boundary boundary in Enum.GetValues<Boundary>())
        {
            var stream = new RandomStream(29);
            Field<float> u = new(2, channels, rows, columns), flow = u.ZerosLike();
            Field<double> exact = new(2, channels, rows, columns), exactFlow = exact.ZerosLike();
            float[] kernels = new float[filters * channels * kernelRows * kernelColumns], contrasts = new float[filters];
            Fill(u.Values, stream);
            Fill<float>(kernels, stream);
            for (int c = 0; c < filters; c++)
            {
                contrasts[c] = 0.5f + c;
            }

            for (int i = 0; i < u.Values.Length; i++)
            {
                exact.Values[i] = u.Values[i];
            }

            var bank = new ConvolutionBank<float>(kernels, filters, channels, kernelRows, kernelColumns, boundary);
            Assert.True(bank.PrefersWinograd(rows, columns));
            new SymmetricStep<float>(bank, new FluxActivation<float>(Flux.PeronaMalik, contrasts), 0.1f).Flow(u, flow);
            new SymmetricStep<double>(
                new ConvolutionBank<double>(Array.ConvertAll(kernels, x => (double)x), filters, channels, kernelRows, kernelColumns, boundary),
                new FluxActivation<double>(Flux.PeronaMalik, Array.ConvertAll(contrasts, x => (double)x)), 0.1).Flow(exact, exactFlow);
            double error = 0, size = 0;
            for (int i = 0; i < flow.Values.Length; i++)
            {
                error += Math.Pow(flow.Values[i] - exactFlow.Values[i], 2);
                size += Math.Pow(exactFlow.Values[i], 2);
            }

            Assert.InRange(Math.Sqrt(error / size), 0, 6e-7);
        }
    }

    [Fact]
    public void Small_images_signals_and_double_precision_stay_sums_of_products()
    {
        Assert.False(new ConvolutionBank<double>(new double[24 * 25], 24, 1, 5, 5).PrefersWinograd(100, 100));
        Assert.False(new ConvolutionBank<float>(new float[24 * 5], 24, 1, 1, 5).PrefersWinograd(1, 1000));
        Assert.False(new ConvolutionBank<float>(new float[24 * 25], 24, 1, 5, 5).PrefersWinograd(100, 31));
        Assert.False(new ConvolutionBank<float>(new float[24 * 9], 24, 1, 3, 3).PrefersWinograd(100, 100));
        Assert.True(new ConvolutionBank<float>(new float[24 * 25], 24, 1, 5, 5).PrefersWinograd(100, 32));
    }

    [Fact]
    public void Instances_that_are_swept_apart_give_the_same_bits()
    {
        (SymmetricStep<float> step, Field<float> u) = Draw<float>(3, 1, 40, 53, 9, 5, 5);
        Field<float> p = u.ZerosLike(), together = u.ZerosLike(), apart = u.ZerosLike();
        Fill(p.Values, new RandomStream(5));
        float[] kernels = new float[9 * 25], flux = new float[9], kernelsApart = new float[9 * 25], fluxApart = new float[9];
        float tau = 0, tauApart = 0;
        step.Backward(u, p, together, kernels, flux, ref tau);
        for (int n = 0; n < 3; n++)
        {
            var memory = new SymmetricStepMemory<float>(step, 40, 53);
            float[] k = new float[9 * 25], f = new float[9];
            float t = 0;
            step.Backward(u.Instance(n), p.Instance(n), apart.Instance(n), k, f, ref t, memory);
            Kernels.Add<float>(k, kernelsApart, kernelsApart);
            Kernels.Add<float>(f, fluxApart, fluxApart);
            tauApart += t;
        }

        Assert.Equal(together.Values.ToArray(), apart.Values.ToArray());
        Assert.Equal(tau, tauApart);
        Assert.Equal(kernels, kernelsApart);
        Assert.Equal(flux, fluxApart);
    }

    [Fact]
    public void State_and_result_may_be_the_same_and_gradients_may_be_left_away()
    {
        (SymmetricStep<double> step, Field<double> u) = Draw<double>(1, 1, 14, 15, 4, 3, 3);
        var memory = new SymmetricStepMemory<double>(step, 14, 15);
        Field<double> next = u.ZerosLike(), inPlace = u.ZerosLike(), p = u.ZerosLike(), du = u.ZerosLike();
        step.Apply(u, next);
        u.CopyTo(inPlace);
        step.Apply(inPlace.Values, inPlace.Values, memory);
        Assert.Equal(next.Values.ToArray(), inPlace.Values.ToArray());
        next.CopyTo(p);
        double tau = 0, again = 0;
        step.Backward(u.Values, p.Values, du.Values, new double[36], new double[4], ref tau, memory);
        step.Backward(u.Values, p.Values, p.Values, [], [], ref again, memory);
        Assert.Equal(du.Values.ToArray(), p.Values.ToArray());
        Assert.Equal(tau, again);
    }

    [Fact]
    public void A_step_and_its_reverse_sweep_allocate_nothing()
    {
        (SymmetricStep<float> step, Field<float> u) = Draw<float>(1, 1, 60, 61, 12, 5, 5);
        var memory = new SymmetricStepMemory<float>(step, 60, 61);
        Field<float> next = u.ZerosLike();
        float[] kernels = new float[12 * 25], flux = new float[12];
        float tau = 0;
        void Sweep()
        {
            step.Apply(u.Values, next.Values, memory);
            step.Backward(u.Values, next.Values, next.Values, kernels, flux, ref tau, memory);
        }

        Sweep();
        Assert.Equal(0, Allocation.Of(Sweep));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        (SymmetricStep<double> step, Field<double> u) = Draw<double>(1, 1, 8, 9, 3, 3, 3);
        var memory = new SymmetricStepMemory<double>(step, 8, 9);
        double tau = 0;
        Assert.Throws<ArgumentException>(() => step.Apply(u, new Field<double>(1, 1, 9, 8)));
        Assert.Throws<ArgumentException>(() => step.Flow(u.Values, new double[7], memory));
        Assert.Throws<ArgumentException>(() => step.Backward(u, u, u, new double[5], [], ref tau));
        Assert.Throws<ArgumentException>(() => step.Backward(u, u, u, [], new double[5], ref tau));
        var other = new SymmetricStep<double>(step.Bank, new RationalFlux<double>(new double[1]), 0.1);
        Assert.Contains("1 parameters", Assert.Throws<ArgumentException>(() => step.Flow(u.Values, u.Values, new SymmetricStepMemory<double>(other, 8, 9))).Message, StringComparison.Ordinal);
    }

    private static (SymmetricStep<T> Step, Field<T> U) Draw<T>(
        int instances, int channels, int rows, int columns, int filters, int kernelRows, int kernelColumns)
        where T : struct, IFloatingPointIeee754<T>
    {
        var stream = new RandomStream(17);
        var u = new Field<T>(instances, channels, rows, columns);
        T[] kernels = new T[filters * channels * kernelRows * kernelColumns];
        Fill(u.Values, stream);
        Fill<T>(kernels, stream);
        var bank = new ConvolutionBank<T>(kernels, filters, channels, kernelRows, kernelColumns, rows % 2 == 0 ? Boundary.Periodic : Boundary.Reflecting);
        return (new SymmetricStep<T>(bank, new RationalFlux<T>(Theta<T>(filters)), T.CreateChecked(0.07)), u);
    }

    private static T[] Theta<T>(int filters)
        where T : struct, IFloatingPointIeee754<T> => [.. Enumerable.Range(0, filters).Select(c => T.CreateChecked((0.1 * c) - 0.4))];

    private static double[] Moved(double[] numbers, int at, double by)
    {
        double[] moved = [.. numbers];
        moved[at] += by;
        return moved;
    }

    private static void Fill<T>(Span<T> numbers, RandomStream stream)
        where T : struct, IFloatingPointIeee754<T>
    {
        foreach (ref T number in numbers)
        {
            number = T.CreateTruncating(stream.NextNormal());
        }
    }
}
