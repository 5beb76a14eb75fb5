using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>A network ready to run: a graph with its weights.</summary>
/// <remarks>Immutable: threads share it, each with a <see cref="FieldGraphMemory{T}"/> of its own.</remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class BoundGraph<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly FieldGraph _graph;
    private readonly IFieldOperation<T>[] _operations;

    internal BoundGraph(FieldGraph graph, IFieldOperation<T>[] operations) => (_graph, _operations) = (graph, operations);

    /// <summary>Memory for inputs of these extents.</summary>
    public FieldGraphMemory<T> CreateMemory(int rows, int columns) => new(_graph, _operations, rows, columns);

    /// <summary>Runs the network on <see cref="FieldGraphMemory{T}.Input"/>.</summary>
    public void Run(FieldGraphMemory<T> memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        for (int i = 0; i < _operations.Length; i++)
        {
            _operations[i].Forward(memory.Inputs[i], memory.Values[i + 1], memory.Scratch[i]);
        }
    }

    /// <summary>Adds the gradient of <c>&lt;outputAdjoint, output&gt;</c> with respect to the weights, after <see cref="Run"/>.</summary>
    /// <param name="memory">The memory of the run.</param>
    /// <param name="outputAdjoint">The weights of the output.</param>
    /// <param name="gradient">One number per weight.</param>
    public void Backward(FieldGraphMemory<T> memory, Field<T> outputAdjoint, Span<T> gradient)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(outputAdjoint);
        foreach (Field<T> adjoint in memory.Adjoints)
        {
            adjoint.Values.Clear();
        }

        outputAdjoint.CopyTo(memory.Adjoints[^1]);
        for (int i = _operations.Length - 1; i >= 0; i--)
        {
            Field<T>[] contributions = memory.Contributions[i];
            _operations[i].Backward(memory.Inputs[i], memory.Values[i + 1], memory.Adjoints[i + 1], contributions, gradient, memory.Scratch[i]);
            for (int k = 0; k < contributions.Length; k++)
            {
                Span<T> adjoint = memory.Adjoints[_graph.Nodes[i].Inputs[k]].Values;
                Kernels.Add<T>(adjoint, contributions[k].Values, adjoint);
            }
        }
    }
}
