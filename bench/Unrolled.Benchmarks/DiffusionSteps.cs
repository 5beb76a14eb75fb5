using System.Globalization;
using System.Text.Json;
using Unrolled.Diffusion;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Benchmarks;

/// <summary>
/// Forward and reverse sweeps of a network of symmetric steps in <c>float</c>, and its convolutions against the limit of the processor. The peer is
/// <c>bench/peers/diffusion.py</c>.
/// </summary>
internal static class DiffusionSteps
{
    private const double AskedForward = 6, AskedTraining = 5, AskedShareOfPeak = 0.6;

    public static void Run(Results results)
    {
        double peak = VectorPeak.SingleGigaflops();
        results.Line(string.Empty);
        results.Line(string.Create(CultureInfo.InvariantCulture,
            $"One thread does at most {peak:0} GFLOP/s of fused products in this run. PyTorch on one thread is charged for its processor time, on two for the time on the clock; " +
            $"the library for the time on the clock. PyTorch pads with zeros, which costs nothing; the library mirrors, with the exact adjoint."));
        results.Table("One convolution of one instance, one thread", "what", "size", "time", "GFLOP/s", "share of the peak");
        foreach ((int channels, int filters, int size, int rows, int columns) in new[]
        {
            (1, 24, 5, 180, 180), (1, 48, 7, 180, 180), (16, 16, 3, 180, 180), (1, 16, 5, 1, 256),
        })
        {
            Convolutions(results, peak, channels, filters, size, rows, columns);
        }

        results.Table("Networks of symmetric steps, rational flux of Perona and Malik; training is forward and backward with all gradients",
            "work", "threads", "PyTorch eager, best form", "library", "ratio", "bytes allocated");
        Network(results, filters: 24, size: 5, images: 8, rows: 180, columns: 180, steps: 5, AskedForward, AskedTraining);
        Network(results, filters: 16, size: 5, images: 256, rows: 1, columns: 256, steps: 10, null, null);
    }

    private static void Convolutions(Results results, double peak, int channels, int filters, int size, int rows, int columns)
    {
        ConvolutionBank<float> bank = Bank(channels, filters, size, rows, new RandomStream(1));
        var memory = new ConvolutionMemory<float>(bank, rows, columns);
        Field<float> u = new(1, channels, rows, columns), responses = new(1, filters, rows, columns);
        Fill(u.Values, new RandomStream(2));
        float[] gradient = new float[bank.Kernels.Length];
        double operations = 2.0 * bank.Kernels.Length * rows * columns;
        int repeats = Math.Max(1, (int)(2e7 / operations));
        void Row(string what, Action action)
        {
            double time = Times.OfMany(action, repeats).Least, speed = operations / (time * 1e6);
            string share = (speed / peak).ToString("0 %", CultureInfo.InvariantCulture);
            results.Row(what, $"{channels} to {filters}, {bank.KernelRows} x {size}, on {rows} x {columns}", Results.Milliseconds(time),
                speed.ToString("0", CultureInfo.InvariantCulture),
                size == 5 && rows > 1 ? $"{share} ({(speed / peak >= AskedShareOfPeak ? "reached" : "not reached")}: 60 %)" : share);
        }

        Row("K u", () => bank.Apply(u.Values, responses.Values, memory));
        Row("K^T v", () => bank.ApplyAdjoint(responses.Values, u.Values, memory));
        Row("gradient of kernels", () => bank.AccumulateKernelGradient(u.Values, responses.Values, gradient, memory));
    }

    private static void Network(
        Results results, int filters, int size, int images, int rows, int columns, int steps, double? askedForward, double? askedTraining)
    {
        foreach (int threads in new[] { 1, 2 })
        {
            string[] work = [.. new[] { filters, size, images, rows, columns, steps, threads, 4 }.Select(i => i.ToString(CultureInfo.InvariantCulture))];
            string? line = Peer.PythonLine("diffusion.py", threads, work);
            using var network = new DiffusionNetworkRun(filters, size, images, rows, columns, steps, threads);
            Row(results, $"{images} of {rows} x {columns}, {filters} filters of {size}, {steps} steps: forward", threads, line, "forward", network.Forward, askedForward);
            Row(results, "the same: training", threads, line, "training", network.Train, askedTraining);
        }
    }

    private static void Row(Results results, string work, int threads, string? peer, string kind, Action action, double? asked)
    {
        Times times = Times.Of(action, 6);
        long before = GC.GetTotalAllocatedBytes(true);
        for (int i = 0; i < 10; i++)
        {
            action();
        }

        long bytes = (GC.GetTotalAllocatedBytes(true) - before) / 10;
        string theirs = "not installed", ratio = "-";
        if (peer is not null)
        {
            using JsonDocument json = JsonDocument.Parse(peer);
            double time = json.RootElement.GetProperty(kind).GetDouble();
            theirs = $"{Results.Milliseconds(time)} ({json.RootElement.GetProperty(kind + "_form").GetString()})";
            ratio = Results.Ratio(time / times.Least, asked);
        }

        results.Row(work, $"{threads}", theirs, Results.Milliseconds(times.Least), ratio, $"{bytes}");
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
}
