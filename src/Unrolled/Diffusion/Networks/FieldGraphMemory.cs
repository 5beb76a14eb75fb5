using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>All values of a graph for one signal or image, with their adjoints when gradients are asked for. Reused: a run allocates nothing.</summary>
/// <remarks>Used by one thread at a time. Storage: one plane per channel of every value, twice that with adjoints.</remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class FieldGraphMemory<T>
    where T : struct, IFloatingPointIeee754<T>
{
    internal FieldGraphMemory(FieldGraph graph, IFieldOperation<T>[] operations, int rows, int columns)
    {
        int count = graph.Nodes.Count;
        (Rows, Columns) = (rows, columns);
        Values = new Field<T>[count + 1];
        Inputs = new Field<T>[count][];
        Scratch = new object?[count];
        Values[0] = new Field<T>(1, graph.InputChannels, rows, columns);
        for (int i = 0; i < count; i++)
        {
            FieldNode node = graph.Nodes[i];
            Inputs[i] = [.. node.Inputs.Select(v => Values[v])];
            (int r, int c) = node.Extents([.. Inputs[i].Select(v => (v.Rows, v.Columns))]);
            Values[i + 1] = new Field<T>(1, node.Channels, r, c);
            Scratch[i] = operations[i].CreateScratch(Inputs[i][0].Rows, Inputs[i][0].Columns);
        }
    }

    /// <summary>The height of the input.</summary>
    public int Rows { get; }

    /// <summary>The width of the input.</summary>
    public int Columns { get; }

    /// <summary>The input; to be written before a run.</summary>
    public Field<T> Input => Values[0];

    /// <summary>The result of the last run.</summary>
    public Field<T> Output => Values[^1];

    /// <summary>A value of the last run by its number: the iterates of a network of residual blocks are among them.</summary>
    public Field<T> Value(int number) => Values[number];

    /// <summary>All values in the order of the graph.</summary>
    internal Field<T>[] Values { get; }

    internal Field<T>[][] Inputs { get; }

    internal object?[] Scratch { get; }

    /// <summary>The adjoint of every value; made when first asked for.</summary>
    internal Field<T>[] Adjoints => field ??= [.. Values.Select(v => v.ZerosLike())];

    /// <summary>What a node's inputs receive, before it is added to their adjoints.</summary>
    internal Field<T>[][] Contributions => field ??= [.. Inputs.Select(inputs => inputs.Select(v => v.ZerosLike()).ToArray())];
}
