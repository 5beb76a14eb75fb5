using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// A chain of convolutions and rectifications that predicts the noise, in the manner of DnCNN (Zhang et al., IEEE Trans. Image Process. 26
/// (2017) 3142) without batch normalization: <c>f - W_n relu(... relu(W_1 f + b_1) ...)</c>.
/// </summary>
public sealed class PlainNetwork : FieldNetwork
{
    private readonly ConvolutionLayers _layers;

    /// <summary>Creates a network.</summary>
    /// <param name="layers">The number of convolutions, at least 2.</param>
    /// <param name="channels">The channels between them.</param>
    /// <param name="kernelRows">The height of the kernels; 1 for signals.</param>
    /// <param name="kernelColumns">Their width.</param>
    /// <param name="boundary">What stands outside.</param>
    public PlainNetwork(int layers, int channels, int kernelRows, int kernelColumns, Boundary boundary = Boundary.Reflecting)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 2);
        _layers = new ConvolutionLayers([.. Enumerable.Range(0, layers).Select(l =>
            new BankShape(l == layers - 1 ? 1 : channels, l == 0 ? 1 : channels, kernelRows, kernelColumns, boundary))]);
        Graph = new FieldGraph(1, _layers.WeightCount);
        int x = 0;
        for (int l = 0; l < layers; l++)
        {
            x = _layers.Append(Graph, x, l == layers - 1 ? Rectification.None : Rectification.Relu);
        }

        Graph.Add(new SumNode(0, x, 1, -1));
    }

    /// <inheritdoc/>
    public override string Name => $"DnCNN, {_layers.Count} layers of {_layers.Channels} channels";

    /// <inheritdoc/>
    public override FieldGraph Graph { get; }

    /// <summary>The convolutions.</summary>
    internal ConvolutionLayers Layers => _layers;

    /// <inheritdoc/>
    public override Parameters CreateParameters() => _layers.CreateParameters();

    /// <inheritdoc/>
    public override Parameters InitialParameters(RandomStream random) => _layers.InitialParameters(random);
}
