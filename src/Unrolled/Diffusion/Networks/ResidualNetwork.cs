using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// A standard residual network: blocks <c>u + W2 relu(W1 u + b1) + b2</c> with kernels of their own, between a lifting of the input to
/// several channels and the first of them. What symmetric networks are compared with.
/// </summary>
public sealed class ResidualNetwork : FieldNetwork
{
    private readonly ConvolutionLayers _layers;
    private readonly int _stateChannels;

    /// <summary>Creates a network.</summary>
    /// <param name="blocks">The number of blocks.</param>
    /// <param name="filters">The channels between the convolutions of a block.</param>
    /// <param name="kernelRows">The height of the kernels; 1 for signals.</param>
    /// <param name="kernelColumns">Their width.</param>
    /// <param name="stateChannels">The channels of the state between blocks.</param>
    /// <param name="boundary">What stands outside.</param>
    public ResidualNetwork(int blocks, int filters, int kernelRows, int kernelColumns, int stateChannels = 1, Boundary boundary = Boundary.Reflecting)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blocks);
        _stateChannels = stateChannels;
        _layers = new ConvolutionLayers([.. Enumerable.Range(0, 2 * blocks).Select(l => l % 2 == 0
            ? new BankShape(filters, stateChannels, kernelRows, kernelColumns, boundary)
            : new BankShape(stateChannels, filters, kernelRows, kernelColumns, boundary))]);
        Graph = new FieldGraph(1, _layers.WeightCount);
        int u = stateChannels == 1 ? 0 : Graph.Add(new LiftNode(0, stateChannels));
        for (int b = 0; b < blocks; b++)
        {
            int hidden = _layers.Append(Graph, u, Rectification.Relu);
            u = Graph.Add(new SumNode(u, _layers.Append(Graph, hidden, Rectification.None), stateChannels));
        }

        if (stateChannels > 1)
        {
            Graph.Add(new ProjectNode(u, 1));
        }
    }

    /// <inheritdoc/>
    public override string Name => $"ResNet, {_layers.Channels} channels{(_stateChannels > 1 ? $", state of {_stateChannels}" : string.Empty)}";

    /// <inheritdoc/>
    public override FieldGraph Graph { get; }

    /// <summary>The convolutions.</summary>
    internal ConvolutionLayers Layers => _layers;

    /// <inheritdoc/>
    public override Parameters CreateParameters() => _layers.CreateParameters();

    /// <inheritdoc/>
    public override Parameters InitialParameters(RandomStream random) => _layers.InitialParameters(random);
}
