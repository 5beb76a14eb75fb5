using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;
using Unrolled.Learning;
using Unrolled.Learning.Fields;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems.Families;
using Unrolled.Tests.Diffusion.Networks;

namespace Unrolled.Tests.Learning.Fields;

/// <summary>Training of networks for signals and images: constraints by construction, gradients, and the same bits for threads and after a stop.</summary>
public class FieldFitTests
{
    public static TheoryData<string> Constrained => new(NetworkGallery.All.Where(n => n.Network is SymmetricNetwork).Select(n => n.Name));

    [Theory]
    [MemberData(nameof(Constrained))]
    public void VariablesReachOnlyNetworksThatAreStable(string name)
    {
        var network = (SymmetricNetwork)NetworkGallery.Of(name);
        var variables = new SymmetricVariables(network);
        var random = new RandomStream(17);
        for (int attempt = 0; attempt < 20; attempt++)
        {
            double[] theta = new double[variables.Count];
            double spread = Math.Pow(10, random.NextUniform(-2, 1.5));
            foreach (ref double value in theta.AsSpan())
            {
                value = spread * random.NextNormal();
            }

            Parameters parameters = network.CreateParameters();
            variables.Map(theta, parameters);
            int bank = network.Bank.KernelCount, points = network.Bank.KernelRows * network.Bank.KernelColumns;
            for (int k = 0; k < network.KernelSets; k++)
            {
                Span<double> kernels = parameters["kernels"].Slice(k * bank, bank);
                Assert.True(OperatorNorm.Bound(network.Bank.Create<double>(kernels)) <= 1 + 1e-12);
                for (int f = 0; f < bank; f += points)
                {
                    double sum = 0;
                    foreach (double entry in kernels.Slice(f, points))
                    {
                        sum += entry;
                    }

                    Assert.Equal(0, sum, 1e-12);
                }
            }

            foreach (double step in parameters["step"])
            {
                Assert.InRange(step, 0, 2);
            }

            network.Bind<double>(parameters, 0.2); // activations check their own numbers
            double[] weights = new double[network.Graph.WeightCount];
            network.WriteWeights(parameters, 0.2, weights);
            SymmetricStep<double>[] steps = [.. Enumerable.Range(0, network.Options.Blocks).Select(b => network.StepOf(weights, b))];
            Certificate certificate = network.Options.Flux.IsForward ? DiffusionStability.NormDecrease(steps) : DiffusionStability.BoundedGrowth(steps, double.MaxValue);
            Assert.True(certificate.Holds, $"{certificate.Value:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Constrained))]
    public void VariablesPullGradientsBack(string name)
    {
        var network = (SymmetricNetwork)NetworkGallery.Of(name);
        var variables = new SymmetricVariables(network);
        var random = new RandomStream(23);
        double[] theta = new double[variables.Count], pulled = new double[theta.Length];
        foreach (ref double value in theta.AsSpan())
        {
            value = random.NextNormal();
        }

        Parameters covector = network.CreateParameters();
        foreach (ref double value in covector.Values)
        {
            value = random.NextNormal();
        }

        variables.Pull(theta, covector, pulled);
        double Value(int index, double step)
        {
            double[] moved = [.. theta];
            moved[index] += step;
            Parameters parameters = network.CreateParameters();
            variables.Map(moved, parameters);
            return Kernels.Dot<double>(parameters.Values, covector.Values);
        }

        for (int i = 0; i < theta.Length; i++)
        {
            double difference = (Value(i, 1e-6) - Value(i, -1e-6)) / 2e-6;
            Assert.Equal(difference, pulled[i], 1e-4 * (1 + Math.Abs(difference)));
        }
    }

    [Theory]
    [InlineData("perona-malik with data and skip")]
    [InlineData("spline with backward flux")]
    public void InverseVariablesStandForTheSameNetwork(string name)
    {
        var network = (SymmetricNetwork)NetworkGallery.Of(name);
        var variables = new SymmetricVariables(network);
        Parameters start = network.InitialParameters(new RandomStream(1)), back = network.CreateParameters();
        double[] theta = new double[variables.Count];
        variables.Invert(start, theta);
        variables.Map(theta, back);
        variables.Invert(back, theta);
        Parameters again = network.CreateParameters();
        variables.Map(theta, again);
        for (int i = 0; i < back.Length; i++)
        {
            Assert.Equal(back.Values[i], again.Values[i], 1e-9);
        }
    }

    [Fact]
    public void BitsDependNeitherOnThreadsNorOnAStop()
    {
        double[] one = Train(threads: 1, stopAfter: int.MaxValue), three = Train(threads: 3, stopAfter: int.MaxValue), resumed = Train(threads: 2, stopAfter: 1);
        Assert.Equal(one, three);
        Assert.Equal(one, resumed);
    }

    [Fact]
    public void TrainingRemovesNoise()
    {
        (FieldNetwork network, DenoisingFamily family, FieldValidation validation) = Task();
        Parameters start = network.InitialParameters(new RandomStream(1));
        double noisy = 0.2 * 0.2, before = validation.Error(network, start);
        using FieldFit fit = Fit(network, family, validation, 2, null, iterations: 120);
        while (fit.Round())
        {
        }

        Assert.True(fit.BestError < before && fit.BestError < noisy / 5, $"{fit.BestError} after {before}");
    }

    private static double[] Train(int threads, int stopAfter)
    {
        (FieldNetwork network, DenoisingFamily family, FieldValidation validation) = Task();
        FieldFit fit = Fit(network, family, validation, threads, null, iterations: 12);
        for (int rounds = 0; fit.Round(); rounds++)
        {
            if (rounds + 1 == stopAfter)
            {
                FitState state = fit.State;
                fit.Dispose();
                fit = Fit(network, family, validation, threads, state, iterations: 12);
            }
        }

        using (fit)
        {
            return fit.BestCoefficients();
        }
    }

    private static FieldFit Fit(FieldNetwork network, DenoisingFamily family, FieldValidation validation, int threads, FitState? state, int iterations) => new(
        network,
        new SymmetricVariables((SymmetricNetwork)network),
        network.InitialParameters(new RandomStream(1)),
        family,
        validation,
        new FieldFitOptions { Iterations = iterations, BatchSize = 8, PatchRows = 1, PatchColumns = 128, Rounds = 3, Threads = threads },
        state);

    private static (FieldNetwork Network, DenoisingFamily Family, FieldValidation Validation) Task()
    {
        var family = new DenoisingFamily(new PiecewiseSignals(128), new GaussianNoise(Distribution.Parse("0.2")));
        var network = new SymmetricNetwork(new() { Blocks = 3, Filters = 4, KernelRows = 1, KernelColumns = 5, Flux = FluxShape.Of(Flux.PeronaMalik), Levels = new(0.2) });
        List<Field<float>> clean = [], noisy = [];
        List<double> sigmas = [];
        for (int i = 0; i < 8; i++)
        {
            var batch = new NoisyFields(1, 1, 128);
            family.DrawInstance(batch, 0, new RandomStream(77).Split((ulong)i));
            clean.Add(batch.Clean);
            noisy.Add(batch.Noisy);
            sigmas.Add(batch.Sigma[0]);
        }

        return (network, family, new FieldValidation(clean, noisy, sigmas, 2));
    }
}
