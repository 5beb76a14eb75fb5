using System.Globalization;
using System.Text.Json;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Benchmarks;

/// <summary>
/// Forward and reverse sweeps of a network of symmetric steps in <c>float</c>, and its convolutions against the limit of the processor. The peer is
/// <c>bench/peers/diffusion.py</c>.
/// </summary>
internal static class DiffusionSteps
{
    // The peer is timed in several forms; the library is for about as long.
    private const double Seconds = 20;

    private static readonly Asked Forward = Asked.Ratio("diffusion network of images, forward, against PyTorch eager, one thread", 6);

    private static readonly Asked[] _training =
    [
        Asked.Ratio("diffusion network of images, forward and backward, against PyTorch eager, one thread", 5),
        Asked.Ratio("diffusion network of images, forward and backward, against PyTorch eager, two threads", 5),
    ];

    private static readonly Asked ShareOfPeak = new("convolutions of a step with 24 filters of 5 x 5, share of the fused products in float that one thread can do", 60, "%", AskedDirection.AtLeast);
    private static readonly Asked Denoising = Asked.Time("denoising of an image of 256 x 256 by a network of 5 blocks with 15 filters of 5 x 5 and splines, one thread", 15, "ms");

    public static Scenario Scenario { get; } = new("diffusion", "networks of symmetric steps in float: forward and backward, their convolutions against the limit of the processor, and denoising of an image", Run)
    {
        Asked = [Forward, .. _training, ShareOfPeak, Denoising],
        Peers = [PeerLibrary.PyTorch],
    };

    private static void Run(Results results)
    {
        results.Line(string.Empty);
        results.Line(string.Create(CultureInfo.InvariantCulture,
            $"One thread does at most {VectorPeak.SingleGigaflops():0} GFLOP/s of fused products at the start of this run; the shares below are of what it does while it takes turns with the convolution. PyTorch is charged for the time on the clock or for its processor time per thread, " +
            $"whichever is less, the library for its processor time on one thread and for the time on the clock on two. PyTorch pads with zeros, which costs nothing; " +
            $"the library mirrors, with the exact adjoint."));
        results.Table("Convolutions of one instance, one thread; in a step the responses stay in the caches, by themselves they go to memory", "what", "size", "time", "GFLOP/s", "share of the peak");
        foreach ((int channels, int filters, int size, int rows, int columns) in new[]
        {
            (1, 24, 5, 180, 180), (1, 48, 7, 180, 180), (16, 16, 3, 180, 180), (1, 16, 5, 1, 256),
        })
        {
            Convolutions(results, channels, filters, size, rows, columns);
        }

        results.Table("Networks of symmetric steps, rational flux of Perona and Malik; training is forward and backward with all gradients",
            "work", "threads", "PyTorch eager, best form", "library", "ratio", "bytes allocated");
        Network(results, filters: 24, size: 5, images: 8, rows: 180, columns: 180, steps: 5, Forward, _training);
        Network(results, filters: 16, size: 5, images: 256, rows: 1, columns: 256, steps: 10, null, null);
        Denoise(results);
    }

    private static void Convolutions(Results results, int channels, int filters, int size, int rows, int columns)
    {
        ConvolutionBank<float> bank = Bank(channels, filters, size, rows, new RandomStream(1));
        var memory = new ConvolutionMemory<float>(bank, rows, columns);
        Field<float> u = new(1, channels, rows, columns), responses = new(1, filters, rows, columns), state = u.ZerosLike();
        Fill(u.Values, new RandomStream(2));
        float[] gradient = new float[bank.Kernels.Length];
        double operations = 2.0 * bank.Kernels.Length * rows * columns;
        int repeats = Math.Max(1, (int)(2e6 / operations));
        void Row(string what, Action action, int products = 1, bool asked = false)
        {
            void Repeated()
            {
                for (int i = 0; i < repeats; i++)
                {
                    action();
                }
            }

            (double peak, Times time) = VectorPeak.Beside(Repeated, asked ? 10 : 2);
            time = time.Over(repeats);
            double speed = products * operations / (time.Least * 1e6);
            string share = (speed / peak).ToString("0 %", CultureInfo.InvariantCulture);
            results.Row(what, $"{channels} to {filters}, {bank.KernelRows} x {size}, on {rows} x {columns}", Results.Milliseconds(time),
                speed.ToString("0", CultureInfo.InvariantCulture), asked ? results.Judge(ShareOfPeak, 100 * speed / peak) : share);
        }

        SymmetricStep<float> products = new(bank, new NoFlux(), 0.5f), winograd = new(bank, new NoPointwiseFlux(), 0.5f);
        var scratch = new SymmetricStepMemory<float>(products, rows, columns);
        Row("K^T K u, fused by bands in a step whose flux is the identity", () => products.Flow(u.Values, state.Values, scratch), 2, asked: filters == 24);
        if (rows > 1)
        {
            Row("the same by Winograd's algorithm, counted as the products that it replaces", () => winograd.Flow(u.Values, state.Values, scratch), 2);
        }

        Row("K u", () => bank.Apply(u.Values, responses.Values, memory));
        Row("K^T v", () => bank.ApplyAdjoint(responses.Values, u.Values, memory));
        Row("gradient of kernels", () => bank.AccumulateKernelGradient(u.Values, responses.Values, gradient, memory));
    }

    private static void Network(
        Results results, int filters, int size, int images, int rows, int columns, int steps, Asked? askedForward, Asked[]? askedTraining)
    {
        foreach (int threads in new[] { 1, 2 })
        {
            string[] work = [.. new[] { filters, size, images, rows, columns, steps, threads, 2 }.Select(i => i.ToString(CultureInfo.InvariantCulture))];
            string? line = Peer.PythonLine("diffusion.py", threads, work);
            using var network = new DiffusionNetworkRun(filters, size, images, rows, columns, steps, threads);
            Row(results, $"{images} of {rows} x {columns}, {filters} filters of {size}, {steps} steps: forward", threads, line, "forward", network.Forward, threads == 1 ? askedForward : null);
            Row(results, "the same: training", threads, line, "training", network.Train, askedTraining?[threads - 1]);
        }
    }

    private static void Row(Results results, string work, int threads, string? peer, string kind, Action action, Asked? asked)
    {
        Times times = threads == 1 ? Times.OfProcessor(action, Seconds) : Times.Of(action, Seconds);
        long before = GC.GetTotalAllocatedBytes(true);
        for (int i = 0; i < 10; i++)
        {
            action();
        }

        long bytes = (GC.GetTotalAllocatedBytes(true) - before) / 10;
        string theirs = PeerLibrary.PyTorch.Missing, ratio = "-";
        if (peer is not null)
        {
            using JsonDocument json = JsonDocument.Parse(peer);
            double time = json.RootElement.GetProperty(kind).GetDouble(), median = json.RootElement.GetProperty(kind + "_median").GetDouble();
            theirs = $"{Results.Milliseconds(new Times(time, median))} ({json.RootElement.GetProperty(kind + "_form").GetString()})";
            ratio = results.Ratio(time / times.Least, asked);
        }

        results.Row(work, $"{threads}", theirs, Results.Milliseconds(times), ratio, $"{bytes}");
    }

    /// <summary>What a trained network for images does with one; the numbers are those of the start of a training, which cost the same.</summary>
    private static void Denoise(Results results)
    {
        var network = new SymmetricNetwork(new SymmetricNetworkOptions
        {
            Blocks = 5,
            Filters = 15,
            KernelRows = 5,
            KernelColumns = 5,
            Flux = FluxShape.Spline([0.6, 1.3, 2.2, 3.5, 6, 10]),
        });
        BoundGraph<float> bound = network.Bind<float>(network.InitialParameters(new RandomStream(1)), 25 / 255.0);
        FieldGraphMemory<float> memory = bound.CreateMemory(256, 256);
        Fill(memory.Input.Values, new RandomStream(2));
        Times times = Times.Of(() => bound.Run(memory), 3);
        results.Table("Denoising of one image of 256 x 256, one thread: 5 blocks, 15 filters of 5 x 5, splines of 6 knots, memory kept", "time", "asked");
        results.Row(Results.Milliseconds(times), results.Judge(Denoising, times.Least));
    }

    /// <summary>A bank of random kernels; of one row for signals.</summary>
    internal static ConvolutionBank<float> Bank(int channels, int filters, int size, int rows, RandomStream stream)
    {
        int kernelRows = rows == 1 ? 1 : size;
        float[] kernels = new float[channels * filters * kernelRows * size];
        Fill(kernels, stream);
        foreach (ref float number in kernels.AsSpan())
        {
            number *= 0.05f;
        }

        return new ConvolutionBank<float>(kernels, filters, channels, kernelRows, size);
    }

    internal static void Fill(Span<float> numbers, RandomStream stream)
    {
        foreach (ref float number in numbers)
        {
            number = (float)stream.NextNormal();
        }
    }

    /// <summary>Does nothing, so that the time of a step is the time of its convolutions.</summary>
    private class NoFlux : IActivation<float>
    {
        public int ParameterCount => 0;

        public void Apply(ReadOnlySpan<float> s, Span<float> value, int channels) => s.CopyTo(value);

        public void Linearize(ReadOnlySpan<float> s, ReadOnlySpan<float> p, Span<float> value, Span<float> product, int channels, Span<float> gradient)
        {
            s.CopyTo(value);
            p.CopyTo(product);
        }
    }

    /// <summary>The same flux, of which a step knows that it may be applied to parts of the responses.</summary>
    private sealed class NoPointwiseFlux : NoFlux, IPointwiseActivation<float>
    {
        public void ApplyChannel(int channel, ReadOnlySpan<float> s, Span<float> value) => s.CopyTo(value);
    }
}
