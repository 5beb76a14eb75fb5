using Unrolled.Learning;
using Unrolled.Learning.Rules;
using Unrolled.Numerics;

namespace Unrolled.Tests.Learning.Rules;

/// <summary>The recurrent network for prefix sums: exact gradients, the same bits for threads and after a stop, and what it learns.</summary>
public class PrefixSumTests
{
    private static readonly PrefixSumFitOptions Small = new()
    {
        Bits = 5, FirstBits = 3, Growth = 0.5, Iterations = 4, Skipped = 3, BatchSize = 20, Updates = 40, Rounds = 4, WarmUp = 5, LearningRate = 3e-3,
        ValidationBits = [6, 9], ValidationStrings = 20, Enough = 2, Seed = 3, Threads = 1,
    };

    [Fact]
    public void TheNetworkHasTheWeightsOfItsDescription()
    {
        var network = new PrefixSumNetwork();
        Assert.Equal(6228, network.ParameterCount);
        Assert.Equal(6228, network.CreateParameters().Length);
    }

    /// <summary>The state the gradient begins with depends on the weights too but counts as given, so differences are taken without skipped iterations.</summary>
    [Fact]
    public void GradientsAgreeWithDifferences()
    {
        var network = new PrefixSumNetwork(5, 3);
        Parameters parameters = Spread(network, 7);
        var strings = new PrefixSumStrings<double>(3, 7);
        strings.Draw(new RandomStream(5));
        var pass = new PrefixSumPass<double>(network.Bind<double>(parameters), 3, 7, 4);
        double[] gradient = new double[network.ParameterCount], scratch = new double[network.ParameterCount];
        double Loss() => pass.Train(network.Bind<double>(parameters), strings.Input, strings.Target, 0, 4, 1, scratch);
        pass.Train(network.Bind<double>(parameters), strings.Input, strings.Target, 0, 4, 0.5, gradient);
        for (int i = 0; i < gradient.Length; i++)
        {
            const double step = 1e-6;
            double kept = parameters.Values[i];
            parameters.Values[i] = kept + step;
            double above = Loss();
            parameters.Values[i] = kept - step;
            double below = Loss();
            parameters.Values[i] = kept;
            Assert.Equal((above - below) / (4 * step), gradient[i], 1e-7);
        }

        Assert.True(gradient.Count(g => g == 0) < gradient.Length / 2, "too many entries are zero to say anything");
    }

    /// <summary>After skipped iterations: the loss is that of all iterations, and its gradient that of a network that begins with the state they lead to.</summary>
    [Fact]
    public void SkippedIterationsCountForTheLossButNotForTheStem()
    {
        var network = new PrefixSumNetwork(5, 3);
        Parameters parameters = Spread(network, 8);
        PrefixSumBanks<double> banks = network.Bind<double>(parameters);
        var strings = new PrefixSumStrings<double>(2, 6);
        strings.Draw(new RandomStream(6));
        var pass = new PrefixSumPass<double>(banks, 2, 6, 5);
        double[] whole = new double[network.ParameterCount], last = new double[network.ParameterCount];
        double first = pass.Train(banks, strings.Input, strings.Target, 0, 5, 1, whole);
        double second = pass.Train(banks, strings.Input, strings.Target, 3, 2, 1, last);
        Assert.Equal(first, second);
        int stem = 5 * PrefixSumNetwork.KernelWidth, head = network.ParameterCount - (3 * PrefixSumNetwork.KernelWidth * 5) - (3 * PrefixSumNetwork.KernelWidth);
        Assert.All(last[..stem], g => Assert.Equal(0, g));
        Assert.Contains(whole[..stem], g => g != 0);
        Assert.Equal(whole[head..], last[head..]);
        Assert.NotEqual(whole[stem..head], last[stem..head]);
    }

    [Fact]
    public void StringsDoNotSeeEachOther()
    {
        var network = new PrefixSumNetwork(6, 4);
        PrefixSumBanks<float> banks = network.Bind<float>(Spread(network, 9));
        var strings = new PrefixSumStrings<float>(5, 11);
        strings.Draw(new RandomStream(2));
        float[] together = new PrefixSumPass<float>(banks, 5, 11, 0).Run(banks, strings.Input, 9).ToArray();
        for (int n = 0; n < 5; n++)
        {
            Assert.Equal(new PrefixSumPass<float>(banks, 1, 11, 0).Run(banks, strings.Input.AsSpan(n * 11, 11), 9).ToArray(), together[(n * 11)..((n + 1) * 11)]);
        }
    }

    [Fact]
    public void TargetsAreParitiesOfPrefixes()
    {
        var strings = new PrefixSumStrings<float>(3, 150);
        strings.Draw(new RandomStream(11));
        for (int n = 0; n < 3; n++)
        {
            int sum = 0;
            for (int j = n * 150; j < (n + 1) * 150; j++)
            {
                sum += strings.Input[j] > 0 ? 1 : 0;
                Assert.Equal(sum % 2, strings.Target[j]);
            }

            Assert.InRange(sum, 40, 110);
        }
    }

    [Fact]
    public void TheCrossEntropyNeverOverflowsAndHasItsGradient()
    {
        double[] z = [-800, -30, -2, -1e-3, 0, 1e-3, 0.7, 2, 40, 900], gradient = new double[10], y = [0, 1, 1, 0, 1, 0, 1, 0, 1, 1];
        double sum = LogisticKernels.CrossEntropy<double>(z, y, 2, gradient), expected = 0;
        for (int i = 0; i < z.Length; i++)
        {
            double p = 1 / (1 + Math.Exp(-z[i]));
            Assert.Equal(2 * (p - y[i]), gradient[i], 1e-14);
            expected += y[i] == 1 ? Math.Max(-z[i], 0) + Math.Log(1 + Math.Exp(-Math.Abs(z[i]))) : Math.Max(z[i], 0) + Math.Log(1 + Math.Exp(-Math.Abs(z[i])));
        }

        Assert.Equal(expected, sum, 1e-12);
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        FitState one = State(Small, 4), three = State(Small with { Threads = 3 }, 4);
        Assert.Equal(one.Parameters, three.Parameters);
        Assert.Equal(one.Best, three.Best);
        Assert.Equal(one.BestError, three.BestError);
        Assert.NotEqual(one.Parameters, State(Small with { Seed = 4 }, 4).Parameters);
    }

    [Fact]
    public void AResumedFitHasTheBitsOfOneThatWasNotStopped()
    {
        FitState whole = State(Small, 4), half = State(Small, 2);
        using var rest = new PrefixSumFit(new PrefixSumNetwork(8, 4), Small, half);
        while (rest.Round())
        {
        }

        Assert.Equal(whole.Parameters, rest.State.Parameters);
        Assert.Equal(whole.Best, rest.State.Best);
        Assert.Equal((whole.BestError, whole.Rounds, whole.Damping), (rest.State.BestError, rest.State.Rounds, rest.State.Damping));
        Assert.Throws<ArgumentException>(() => new PrefixSumFit(new PrefixSumNetwork(9, 4), Small, half));
    }

    /// <summary>Three bits are soon learned; a network that only learned how often a prefix is odd would stay at log 2 = 0.69.</summary>
    [Fact]
    public void ASmallTrainingLearnsShortStrings()
    {
        PrefixSumFitOptions options = Small with { Bits = 3, LearningRate = 1e-3, Updates = 800, Rounds = 4, WarmUp = 50, Averaging = 0.98, ValidationBits = [3] };
        using var fit = new PrefixSumFit(new PrefixSumNetwork(8), options);
        fit.Round();
        double first = fit.Loss;
        while (fit.Round())
        {
        }

        Assert.True(fit.Loss < 0.6 * first, $"the loss went from {first} to {fit.Loss}");
    }

    [Fact]
    public void PredictionsAndAccuracyAgree()
    {
        var network = new PrefixSumNetwork(6, 4);
        Parameters parameters = Spread(network, 10);
        var strings = new PrefixSumStrings<float>(8, 12);
        strings.Draw(new RandomStream(21).Split("strings").Split(0));
        bool[] odd = network.Predict(parameters, Array.ConvertAll(strings.Input, u => u > 0), 12, 7);
        double right = odd.Where((o, i) => o == strings.Target[i] > 0.5f).Count() / 96.0;
        Assert.Equal(right, network.Accuracy(parameters, 12, 7, 8, 21).Bits);
        Assert.Throws<ArgumentException>(() => network.Predict(parameters, new bool[13], 12, 7));
        Assert.Throws<ArgumentException>(() => network.Predict(new PrefixSumNetwork(7, 4).CreateParameters(), new bool[12], 12, 7));
    }

    /// <summary>The whole training, some minutes: trained on 16 bits, right on 32 and mostly right on 128.</summary>
    [LongFact]
    public void TheWholeTrainingReachesLongerStrings()
    {
        var network = new PrefixSumNetwork();
        using var fit = new PrefixSumFit(network);
        while (fit.Round())
        {
        }

        Parameters best = network.CreateParameters();
        fit.BestCoefficients().CopyTo(best.Values);
        Assert.True(network.WholeStringAccuracy(best, 32, 32, 500, 77) >= 0.95);
        Assert.True(network.WholeStringAccuracy(best, 128, 128, 200, 78) >= 0.5);
    }

    private static FitState State(PrefixSumFitOptions options, int rounds)
    {
        using var fit = new PrefixSumFit(new PrefixSumNetwork(8, 4), options);
        for (int i = 0; i < rounds; i++)
        {
            fit.Round();
        }

        return fit.State;
    }

    /// <summary>Weights large enough that all layers matter.</summary>
    private static Parameters Spread(PrefixSumNetwork network, ulong seed)
    {
        Parameters parameters = network.InitialParameters(seed);
        foreach (ref double weight in parameters.Values)
        {
            weight *= 1.5;
        }

        return parameters;
    }
}
