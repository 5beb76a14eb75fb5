using Unrolled.Deployment.Fields;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;

namespace Unrolled.Tests.Deployment.Fields;

/// <summary>Networks of every structure with seeded numbers, and what the library makes of an input.</summary>
internal static class ExampleDenoisers
{
    /// <summary>All of them, with a name that is good for identifiers.</summary>
    public static IReadOnlyList<(string Name, LearnedDenoiser Denoiser)> All { get; } =
    [
        .. Flux.All.Select(f => (f.Name.Replace('-', '_'), Symmetric(new() { Flux = FluxShape.Of(f), KernelRows = 3, KernelColumns = 3 }))),
        ("mixture", Symmetric(new() { Flux = FluxShape.Mixture(), Terms = NetworkTerms.Data, Levels = new(0.02, 0.1) })),
        ("spline", Symmetric(new() { Flux = FluxShape.Spline(), Terms = NetworkTerms.Data, Levels = new(0.02, 0.05, 0.1, 0.2) })),
        ("spline_of_one_knot", Symmetric(new() { Flux = FluxShape.Spline(1.5), Sharing = WeightSharing.AllBlocks, Terms = NetworkTerms.Extrapolation | NetworkTerms.Data, Blocks = 4 })),
        ("relu", Symmetric(new() { Flux = FluxShape.Relu, Levels = new(0.05, 0.1, 0.2) })),
        ("state", Symmetric(new() { Flux = FluxShape.Of(Flux.PeronaMalik), StateChannels = 3, KernelRows = 5, KernelColumns = 3, Terms = NetworkTerms.Extrapolation, Levels = new(0.02, 0.1) })),
        ("signals", Symmetric(new() { Flux = FluxShape.Of(Flux.Weickert), KernelRows = 1, Terms = NetworkTerms.Extrapolation }, signals: true)),
        ("signal_splines", Symmetric(new() { Flux = FluxShape.Spline(0.5, 1, 3), KernelRows = 1, KernelColumns = 7, StateChannels = 2, Levels = new(0.05, 0.2) }, signals: true)),
        ("resnet", Plain(new ResidualNetwork(2, 3, 3, 3))),
        ("resnet_state", Plain(new ResidualNetwork(2, 4, 3, 5, 2))),
        ("dncnn", Plain(new PlainNetwork(4, 3, 3, 3))),
        ("u_net", Plain(new UNetwork(3, 2, 3, 3))),
        ("u_net_for_signals", Plain(new UNetwork(3, 2, 1, 5), signals: true)),
    ];

    /// <summary>Inputs of many extents, some smaller than a kernel, with noise inside and outside of what the networks know.</summary>
    public static IReadOnlyList<(int Rows, int Columns, double Sigma)> Cases(bool signals) => signals
        ? [(1, 37, 0.1), (1, 2, 0.07), (1, 1, 0.3), (1, 12, 0.001)]
        : [(13, 9, 0.1), (2, 3, 0.07), (1, 1, 0.15), (5, 22, 0.5), (7, 6, 0.001), (8, 1, 0.04)];

    /// <summary>A seeded input in and around [0, 1].</summary>
    public static double[] Input(int rows, int columns) => TestInput(new RandomStream(7).Split((ulong)((1000 * rows) + columns)), rows * columns);

    /// <summary>What the library computes, with the scaling of values whose noise it does not know.</summary>
    public static double[] Expected(LearnedDenoiser denoiser, double[] noisy, int rows, int columns, double sigma)
    {
        double known = Math.Clamp(sigma, denoiser.Noise.Least, denoiser.Noise.Largest), scale = known / sigma;
        BoundGraph<double> graph = denoiser.At<double>(known);
        FieldGraphMemory<double> memory = graph.CreateMemory(rows, columns);
        Array.ConvertAll(noisy, v => scale * v).CopyTo(memory.Input.Values);
        graph.Run(memory);
        return Array.ConvertAll(memory.Output.Values.ToArray(), v => 1 / scale * v);
    }

    /// <summary>The largest difference, over the largest expected value or 1.</summary>
    public static double Difference(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        double largest = 1, difference = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, double.IsFinite(actual[i]) ? Math.Abs(expected[i] - actual[i]) : double.PositiveInfinity);
        }

        return difference / largest;
    }

    /// <summary>A symmetric network with random numbers within the bounds that a trainer keeps.</summary>
    public static LearnedDenoiser Symmetric(SymmetricNetworkOptions options, bool signals = false, ulong seed = 1)
    {
        var network = new SymmetricNetwork(options with { Filters = options.Filters == 16 ? 4 : options.Filters, Blocks = options.Blocks == 5 ? 3 : options.Blocks });
        var random = new RandomStream(seed);
        Parameters parameters = network.InitialParameters(random.Split("initial"));
        foreach (ref double kernel in parameters["kernels"])
        {
            kernel += 0.1 * random.NextNormal();
        }

        int filters = network.Options.Filters, ratios = options.Flux.Numbers(filters).Where(n => n.Constraint != NumberConstraint.None).Sum(n => n.Count), numbers = options.Flux.NumbersFor(filters);
        Span<double> flux = parameters["flux"];
        for (int i = 0; i < flux.Length; i++)
        {
            flux[i] = i % numbers >= ratios ? flux[i] + (0.5 * random.NextNormal()) : flux[i] * random.NextUniform();
        }

        foreach (string name in new[] { "step", "data", "extrapolation" }.Where(parameters.Has))
        {
            foreach (ref double number in parameters[name])
            {
                number = name == "step" ? 0.2 + (0.3 * random.NextUniform()) : name == "data" ? 0.2 * random.NextUniform() : 0.8 + (0.6 * random.NextUniform());
            }
        }

        ReadOnlySpan<double> levels = options.Levels.Nodes;
        return new LearnedDenoiser(network, parameters, signals ? FieldKind.Signals : FieldKind.Images, 1, options.Levels.Count == 1 ? (0.1, 0.1) : (levels[0], levels[^1]));
    }

    private static LearnedDenoiser Plain(FieldNetwork network, bool signals = false)
    {
        var random = new RandomStream(3);
        Parameters parameters = network.InitialParameters(random);
        foreach (ref double number in parameters.Values)
        {
            number += 0.05 * random.NextNormal();
        }

        return new LearnedDenoiser(network, parameters, signals ? FieldKind.Signals : FieldKind.Images, 1, (0.05, 0.2));
    }

    private static double[] TestInput(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(i => (0.5 * random.NextUniform()) + (0.5 * Math.Sin(0.3 * i)))];
}
