using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;

namespace Unrolled.Tests.Diffusion.Networks;

/// <summary>Laws of all networks: exact gradients, layouts, receptive fields; and the sizes that tables quote.</summary>
public class FieldNetworkTests
{
    private const double Sigma = 0.3;

    public static TheoryData<string> Names => NetworkGallery.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientIsThatOfDifferences(string name)
    {
        FieldNetwork network = NetworkGallery.Of(name);
        var random = new RandomStream(11);
        Parameters parameters = Perturbed(network, random);
        Field<double> input = Noise(random, name == "three levels" || name.Contains("state", StringComparison.Ordinal) && network is ResidualNetwork ? 1 : 7, 9);
        Field<double> weights = Noise(random, input.Rows, input.Columns);
        if (name == "mixture")
        {
            Kernels.Multiply<double>(0.9, parameters["flux"], parameters["flux"]); // room for differences below the sum of 1
        }

        Parameters gradient = Gradient(network, parameters, input, weights);

        double Value(double step, int index)
        {
            Parameters moved = parameters.Clone();
            moved.Values[index] += step;
            BoundGraph<double> graph = network.Bind<double>(moved, Sigma);
            FieldGraphMemory<double> memory = graph.CreateMemory(input.Rows, input.Columns);
            input.CopyTo(memory.Input);
            graph.Run(memory);
            return Kernels.Dot<double>(memory.Output.Values, weights.Values);
        }

        double scale = Math.Sqrt(Kernels.Dot<double>(gradient.Values, gradient.Values) / gradient.Length);
        const double h = 1e-6;
        int wrong = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            double difference = (Value(h, i) - Value(-h, i)) / (2 * h);
            wrong += Math.Abs(difference - gradient.Values[i]) > 1e-5 * (scale + Math.Abs(difference)) ? 1 : 0;
        }

        // a kink of a spline or a rectification within the step of a difference spoils that difference, not the gradient
        Assert.True(wrong <= gradient.Length / 50, $"{wrong} of {gradient.Length} components differ");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ValuesLookNoFurtherThanTheRadius(string name)
    {
        FieldNetwork network = NetworkGallery.Of(name);
        int extent = (2 * network.Radius) + 9, rows = name == "three levels" || name == "resnet with a state" ? 1 : extent;
        var random = new RandomStream(5);
        BoundGraph<float> graph = network.Bind<float>(Perturbed(network, random), Sigma);
        FieldGraphMemory<float> memory = graph.CreateMemory(rows, extent);
        foreach (ref float value in memory.Input.Values)
        {
            value = (float)random.NextNormal();
        }

        graph.Run(memory);
        float[] before = memory.Output.Values.ToArray();
        memory.Input.Values[^1] += 10;
        graph.Run(memory);
        for (int k = 0; k < before.Length; k++)
        {
            int i = k / extent, j = k % extent;
            if (rows - 1 - i > network.Radius || extent - 1 - j > network.Radius)
            {
                Assert.Equal(before[k], memory.Output.Values[k]);
            }
        }

        Assert.NotEqual(before[^1], memory.Output.Values[^1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WeightsAndTheirAdjointBelongTogether(string name)
    {
        FieldNetwork network = NetworkGallery.Of(name);
        var random = new RandomStream(3);
        Parameters parameters = Perturbed(network, random), direction = network.CreateParameters();
        foreach (ref double value in direction.Values)
        {
            value = random.NextNormal();
        }

        double[] weights = new double[network.Graph.WeightCount], along = new double[weights.Length], covector = new double[weights.Length];
        foreach (ref double value in covector.AsSpan())
        {
            value = random.NextNormal();
        }

        network.WriteWeights(direction, Sigma, along); // the map is linear
        Parameters pulled = network.CreateParameters();
        network.AddGradient(covector, Sigma, pulled);
        Assert.Equal(Kernels.Dot<double>(along, covector), Kernels.Dot<double>(direction.Values, pulled.Values), 1e-10);
    }

    [Theory]
    [InlineData(4, 5, "perona-malik", 0, 125)]
    [InlineData(8, 5, "perona-malik", 0, 245)]
    [InlineData(4, 5, "perona-malik", 1, 29)]
    [InlineData(8, 5, "perona-malik", 1, 53)]
    [InlineData(8, 10, "perona-malik", 1, 58)]
    [InlineData(8, 10, "perona-malik", 0, 490)]
    [InlineData(16, 10, "perona-malik", 0, 970)]
    public void SymmetricNetworksForSignalsHaveTheSizesOfTheTables(int filters, int blocks, string flux, int shared, int parameters)
    {
        var network = new SymmetricNetwork(new()
        {
            Blocks = blocks, Filters = filters, KernelRows = 1, KernelColumns = 5, Flux = FluxShape.Of(Flux.Named(flux)), Sharing = (WeightSharing)shared,
        });
        Assert.Equal(parameters, network.ParameterCount);
    }

    [Fact]
    public void RivalsHaveTheSizesOfTheTables()
    {
        Assert.Equal(225, new ResidualNetwork(5, 4, 1, 5).ParameterCount);
        Assert.Equal(445, new ResidualNetwork(5, 8, 1, 5).ParameterCount);
        Assert.Equal(890, new ResidualNetwork(10, 8, 1, 5).ParameterCount);
        Assert.Equal(4085, new ResidualNetwork(5, 16, 5, 5).ParameterCount);
        Assert.Equal(2045, new ResidualNetwork(5, 8, 5, 5).ParameterCount);
        Assert.Equal(6560, new ResidualNetwork(10, 8, 1, 5, 8).ParameterCount);
    }

    [Fact]
    public void ASymmetricNetworkHasHalfTheKernelsOfAResidualOne()
    {
        var symmetric = new SymmetricNetwork(new() { Blocks = 5, Filters = 16, Flux = FluxShape.Of(Flux.PeronaMalik) });
        Parameters residual = new ResidualNetwork(5, 16, 5, 5).CreateParameters();
        int kernels = residual.Blocks.Where(b => b.Name.EndsWith("kernels", StringComparison.Ordinal)).Sum(b => b.Length);
        Assert.Equal(kernels, 2 * symmetric.CreateParameters()["kernels"].Length);
    }

    [Fact]
    public void LevelsInterpolateWithinTheirConvexHull()
    {
        var levels = new NoiseLevels(1, 2, 8);
        Assert.Equal((0, 0.0), levels.Locate(0.5));
        Assert.Equal(0.5, levels.Locate(Math.Sqrt(2)).UpperWeight, 1e-12);
        Assert.Equal((1, 0.5), (levels.Locate(4).Lower, Math.Round(levels.Locate(4).UpperWeight, 12)));
        Assert.Equal((1, 1.0), levels.Locate(100));
        Assert.Throws<ArgumentException>(() => new NoiseLevels(2, 1));
        Assert.Throws<ArgumentException>(() => new NoiseLevels());
    }

    private static Parameters Perturbed(FieldNetwork network, RandomStream random)
    {
        Parameters parameters = network.InitialParameters(random);
        foreach (ParameterBlock block in parameters.Blocks)
        {
            foreach (ref double value in parameters[block.Name])
            {
                value += block.Name is "flux" ? 0 : 0.01 * random.NextNormal();
            }
        }

        return parameters;
    }

    private static Parameters Gradient(FieldNetwork network, Parameters parameters, Field<double> input, Field<double> weights)
    {
        BoundGraph<double> graph = network.Bind<double>(parameters, Sigma);
        FieldGraphMemory<double> memory = graph.CreateMemory(input.Rows, input.Columns);
        input.CopyTo(memory.Input);
        graph.Run(memory);
        double[] weightGradient = new double[network.Graph.WeightCount];
        graph.Backward(memory, weights, weightGradient);
        Parameters gradient = network.CreateParameters();
        network.AddGradient(weightGradient, Sigma, gradient);
        return gradient;
    }

    private static Field<double> Noise(RandomStream random, int rows, int columns)
    {
        var field = new Field<double>(1, 1, rows, columns);
        foreach (ref double value in field.Values)
        {
            value = random.NextNormal();
        }

        return field;
    }
}
