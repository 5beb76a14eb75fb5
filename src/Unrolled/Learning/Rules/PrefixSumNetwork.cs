using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Learning.Rules;

/// <summary>
/// A small recurrent convolution that is trained by gradients to write the parity of every prefix of a string of bits; the
/// same weights serve strings of any length and any number of iterations.
/// </summary>
/// <remarks>
/// <para>With <c>u = bits - 1/2</c>, zeros outside of the string, ReLU <c>r</c> and convolutions of width 3 without biases:</para>
/// <code>
/// x_0     = r(K_stem u)                                  1 -> w
/// a       = r(K_first [x_k; u])                          w + 1 -> w, the input is recalled in every iteration
/// x_{k+1} = r(K_third r(K_second a) + a)                 w -> w -> w
/// z       = K_output r(K_head x_k)                       w -> h -> 1, positive where the parity is odd
/// </code>
/// <para>Work per bit and iteration: <c>3 w (3 w + 1)</c> fused operations. Strings are the rows of a plane, kernels have one row. Immutable.</para>
/// <para>The architecture is that of Bansal et al., End-to-end algorithm synthesis with recurrent networks, NeurIPS 2022, arXiv:2202.05826, made small.
/// The result is approximate and gets worse with the length: for an exact rule see the rule search.</para>
/// </remarks>
public sealed class PrefixSumNetwork
{
    private static readonly string[] Names = ["stem", "first", "second", "third", "head", "output"];

    private readonly (int Filters, int Channels)[] _banks;

    /// <summary>Describes a network.</summary>
    /// <param name="width">The number <c>w</c> of channels of the state.</param>
    /// <param name="headWidth">The number <c>h</c> of channels of the head.</param>
    public PrefixSumNetwork(int width = 24, int headWidth = 12)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(headWidth);
        (Width, HeadWidth) = (width, headWidth);
        _banks = [(width, 1), (width, width + 1), (width, width), (width, width), (headWidth, width), (1, headWidth)];
        ParameterCount = _banks.Sum(b => b.Filters * b.Channels * KernelWidth);
    }

    /// <summary>The width of a kernel.</summary>
    public const int KernelWidth = 3;

    /// <summary>The number of channels of the state.</summary>
    public int Width { get; }

    /// <summary>The number of channels of the head.</summary>
    public int HeadWidth { get; }

    /// <summary>The number of weights.</summary>
    public int ParameterCount { get; }

    /// <summary>The named weights, all zero: (filters, channels, 3) each.</summary>
    public Parameters CreateParameters() => new([.. Names.Select((name, i) => (name, new[] { _banks[i].Filters, _banks[i].Channels, KernelWidth }))]);

    /// <summary>Normal weights of variance 1 / (9 channels), small enough that the state does not grow from one iteration to the next.</summary>
    public Parameters InitialParameters(ulong seed)
    {
        Parameters parameters = CreateParameters();
        RandomStream stream = new RandomStream(seed).Split("weights");
        for (int i = 0; i < Names.Length; i++)
        {
            double deviation = 1 / Math.Sqrt(9.0 * _banks[i].Channels);
            foreach (ref double weight in parameters[Names[i]])
            {
                weight = deviation * stream.NextNormal();
            }
        }

        return parameters;
    }

    /// <summary>Which prefixes the network takes for odd.</summary>
    /// <param name="parameters">The weights.</param>
    /// <param name="bits">(strings, bits), row after row.</param>
    /// <param name="length">The number of bits of a string.</param>
    /// <param name="iterations">How often the block is applied.</param>
    public bool[] Predict(Parameters parameters, ReadOnlySpan<bool> bits, int length, int iterations)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        if (bits.Length == 0 || bits.Length % length != 0)
        {
            throw new ArgumentException($"{bits.Length} bits are not whole strings of {length}", nameof(bits));
        }

        PrefixSumBanks<float> banks = Bind<float>(parameters);
        var strings = new PrefixSumStrings<float>(bits.Length / length, length);
        for (int i = 0; i < bits.Length; i++)
        {
            strings.Input[i] = bits[i] ? 0.5f : -0.5f;
        }

        var pass = new PrefixSumPass<float>(banks, strings.Count, length, 0);
        return Array.ConvertAll(pass.Run(banks, strings.Input, iterations).ToArray(), z => z > 0);
    }

    /// <summary>Which part of random strings is right in all prefixes, and which part of all prefixes.</summary>
    /// <param name="parameters">The weights.</param>
    /// <param name="bits">The length of the strings.</param>
    /// <param name="iterations">How often the block is applied.</param>
    /// <param name="strings">How many strings.</param>
    /// <param name="seed">The seed they are drawn from.</param>
    /// <param name="threads">The number of threads; null for all processors. The result does not depend on it.</param>
    public PrefixSumAccuracy Accuracy(Parameters parameters, int bits, int iterations, int strings, ulong seed, int? threads = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(strings);
        const int Rows = 8;
        PrefixSumBanks<float> banks = Bind<float>(parameters);
        RandomStream stream = new RandomStream(seed).Split("strings");
        int[] whole = new int[(strings + Rows - 1) / Rows], right = new int[whole.Length];
        Parallel.For(0, whole.Length, new ParallelOptions { MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount }, item =>
        {
            var drawn = new PrefixSumStrings<float>(Math.Min(Rows, strings - (item * Rows)), bits);
            drawn.Draw(stream.Split((ulong)item));
            ReadOnlySpan<float> z = new PrefixSumPass<float>(banks, drawn.Count, bits, 0).Run(banks, drawn.Input, iterations);
            for (int n = 0; n < drawn.Count; n++)
            {
                int correct = 0;
                for (int j = n * bits; j < (n + 1) * bits; j++)
                {
                    correct += z[j] > 0 == drawn.Target[j] > 0.5f ? 1 : 0;
                }

                right[item] += correct;
                whole[item] += correct == bits ? 1 : 0;
            }
        });
        return new((double)whole.Sum() / strings, right.Sum(r => (double)r) / ((double)strings * bits));
    }

    /// <summary>The part of random strings that is right in all prefixes; see <see cref="Accuracy"/>.</summary>
    public double WholeStringAccuracy(Parameters parameters, int bits, int iterations, int strings = 200, ulong seed = 1) =>
        Accuracy(parameters, bits, iterations, strings, seed).Strings;

    /// <summary>The convolutions with their weights in a number type.</summary>
    internal PrefixSumBanks<T> Bind<T>(Parameters parameters)
        where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Length != ParameterCount)
        {
            throw new ArgumentException($"the network has {ParameterCount} weights, there are {parameters.Length}", nameof(parameters));
        }

        return Bind<T>(parameters.Values);
    }

    /// <summary>The convolutions with their weights in a number type.</summary>
    internal PrefixSumBanks<T> Bind<T>(ReadOnlySpan<double> weights)
        where T : struct, IFloatingPointIeee754<T>
    {
        var banks = new ConvolutionBank<T>[_banks.Length];
        int start = 0;
        for (int i = 0; i < banks.Length; i++)
        {
            (int filters, int channels) = _banks[i];
            var kernels = new T[filters * channels * KernelWidth];
            for (int k = 0; k < kernels.Length; k++)
            {
                kernels[k] = T.CreateTruncating(weights[start + k]); // divergence is infinite in either type
            }

            banks[i] = new ConvolutionBank<T>(kernels, filters, channels, 1, KernelWidth, Boundary.Zero);
            start += kernels.Length;
        }

        return new(banks[0], banks[1], banks[2], banks[3], banks[4], banks[5]);
    }
}
