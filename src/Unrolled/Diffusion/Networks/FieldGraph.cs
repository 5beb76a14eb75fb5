using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// What a network computes: a list of operations on fields, each reading values that come before it. The last value is the result.
/// </summary>
/// <remarks>The structure alone: weights come with <see cref="Bind"/>, values live in a <see cref="FieldGraphMemory{T}"/>.</remarks>
public sealed class FieldGraph
{
    private readonly List<FieldNode> _nodes = [];

    internal FieldGraph(int inputChannels, int weightCount) => (InputChannels, WeightCount) = (inputChannels, weightCount);

    /// <summary>The number of channels of the input.</summary>
    public int InputChannels { get; }

    /// <summary>How many weights the operations read together.</summary>
    public int WeightCount { get; }

    /// <summary>How far a point of the result looks, in points of the input; an upper bound. What only its rounding depends on counts too.</summary>
    public int Radius
    {
        get
        {
            int[] radii = new int[_nodes.Count + 1], scales = new int[_nodes.Count + 1];
            scales[0] = 1;
            for (int i = 0; i < _nodes.Count; i++)
            {
                FieldNode node = _nodes[i];
                scales[i + 1] = node.ScaleOf(node.Inputs.Select(v => scales[v]));
                radii[i + 1] = node.Inputs.Max(v => radii[v]) + (node.Radius * node.Inputs.Max(v => scales[v]));
            }

            return radii[^1];
        }
    }

    internal IReadOnlyList<FieldNode> Nodes => _nodes;

    /// <summary>The number of channels of a value; value 0 is the input.</summary>
    internal int ChannelsOf(int value) => value == 0 ? InputChannels : _nodes[value - 1].Channels;

    /// <summary>Appends an operation and returns the number of its value.</summary>
    internal int Add(FieldNode node)
    {
        foreach (int input in node.Inputs)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(input, _nodes.Count, nameof(node));
        }

        _nodes.Add(node);
        return _nodes.Count;
    }

    /// <summary>The graph with its weights in place.</summary>
    public BoundGraph<T> Bind<T>(ReadOnlySpan<T> weights)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (weights.Length != WeightCount)
        {
            throw new ArgumentException($"the graph has {WeightCount} weights, there are {weights.Length}", nameof(weights));
        }

        var operations = new IFieldOperation<T>[_nodes.Count];
        for (int i = 0; i < operations.Length; i++)
        {
            operations[i] = _nodes[i].Bind(weights);
        }

        return new BoundGraph<T>(this, operations);
    }
}
