using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// A plain U-net (Ronneberger et al., MICCAI 2015) that predicts the noise: two convolutions per level, means of pairs downwards, repetition and
/// concatenation upwards. What networks made of multigrid are compared with.
/// </summary>
public sealed class UNetwork : FieldNetwork
{
    private readonly ConvolutionLayers _layers;
    private readonly int _levels;

    /// <summary>Creates a network.</summary>
    /// <param name="levels">The number of grids.</param>
    /// <param name="channels">The channels on every grid.</param>
    /// <param name="kernelRows">The height of the kernels; 1 for signals.</param>
    /// <param name="kernelColumns">Their width.</param>
    /// <param name="boundary">What stands outside.</param>
    public UNetwork(int levels, int channels, int kernelRows, int kernelColumns, Boundary boundary = Boundary.Reflecting)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        _levels = levels;
        BankShape Shape(int filters, int from) => new(filters, from, kernelRows, kernelColumns, boundary);
        var same = Shape(channels, channels);
        _layers = new ConvolutionLayers(
        [
            Shape(channels, 1), same,
            .. Enumerable.Range(1, levels - 1).SelectMany(_ => new[] { same, same }),
            .. Enumerable.Range(1, levels - 1).SelectMany(_ => new[] { Shape(channels, 2 * channels), same }),
            Shape(1, channels),
        ]);
        Graph = new FieldGraph(1, _layers.WeightCount);
        int Pair(int value) => _layers.Append(Graph, _layers.Append(Graph, value, Rectification.Relu), Rectification.Relu);

        int[] skips = new int[levels];
        skips[0] = Pair(0);
        for (int l = 1; l < levels; l++)
        {
            skips[l] = Pair(Graph.Add(new DownsampleNode(skips[l - 1], channels)));
        }

        int x = skips[^1];
        for (int l = levels - 2; l >= 0; l--)
        {
            int risen = Graph.Add(new UpsampleNode(x, skips[l], channels));
            x = Pair(Graph.Add(new ConcatenateNode(risen, skips[l], 2 * channels)));
        }

        Graph.Add(new SumNode(0, _layers.Append(Graph, x, Rectification.None), 1, -1));
    }

    /// <inheritdoc/>
    public override string Name => $"U-net, {_levels} levels of {_layers.Channels} channels";

    /// <inheritdoc/>
    public override FieldGraph Graph { get; }

    /// <summary>The number of grids.</summary>
    internal int Grids => _levels;

    /// <summary>The convolutions.</summary>
    internal ConvolutionLayers Layers => _layers;

    /// <inheritdoc/>
    public override Parameters CreateParameters() => _layers.CreateParameters();

    /// <inheritdoc/>
    public override Parameters InitialParameters(RandomStream random) => _layers.InitialParameters(random);
}
