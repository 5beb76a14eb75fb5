using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Differentiation;

/// <summary>
/// Evaluates a function node by node, a block of instances at a time. It is the meaning of a function: compiled code must repeat
/// its bits. Used where code cannot be generated and for functions too large to compile.
/// </summary>
internal sealed unsafe class Interpreter
{
    /// <summary>Vectors of eight instances per block: enough to hide the cost of deciding what a node does.</summary>
    private const int Block = 8;

    private readonly Node[] _nodes;
    private readonly int[] _uniform;
    private readonly int[] _varying;
    private readonly int[][] _outputNodes;
    private readonly SlotAssignment _slots;

    /// <summary>Plans the memory of a function.</summary>
    public Interpreter(Function function)
    {
        _nodes = function.Nodes;
        _outputNodes = function.OutputNodes;
        _slots = new(function);
        _uniform = [.. Enumerable.Range(0, _nodes.Length).Where(i => _slots.IsUniform[i])];
        _varying = [.. Enumerable.Range(0, _nodes.Length).Where(i => !_slots.IsUniform[i])];
    }

    /// <summary>See <see cref="KernelBody"/>.</summary>
    [SkipLocalsInit]
    public void Run(BatchPointer* inputs, BatchPointer* outputs, nint count)
    {
        const int onStack = 64;
        int size = _slots.Count * Block * V.Count;
        double[]? rented = _slots.Count > onStack ? ArrayPool<double>.Shared.Rent(size) : null;
        double* local = stackalloc double[rented is null ? size : 0];
        fixed (double* heap = rented)
        {
            V* values = (V*)(rented is null ? local : heap);
            Evaluate(_uniform, inputs, values, 0, Block);
            for (nint s = 0; s < count; s += Block * V.Count)
            {
                int vectors = (int)Math.Min(Block, (count - s) / V.Count);
                Evaluate(_varying, inputs, values, s, vectors);
                for (int o = 0; o < _outputNodes.Length; o++)
                {
                    for (int i = 0; i < _outputNodes[o].Length; i++)
                    {
                        double* row = outputs[o].Data + (i * outputs[o].Stride) + s;
                        for (int v = 0; v < vectors; v++)
                        {
                            At(values, _outputNodes[o][i])[v].Store(row + (v * V.Count));
                        }
                    }
                }
            }
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private V* At(V* values, int node) => values + (_slots[node] * Block);

    /// <summary>The given nodes for a block of vectors; the four arithmetic operations, most of all nodes, are spelled out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Evaluate(int[] nodes, BatchPointer* inputs, V* values, nint s, int vectors)
    {
        foreach (int i in nodes)
        {
            ref readonly Node node = ref _nodes[i];
            int operands = node.OperandCount;
            V* r = At(values, i), a = operands > 0 ? At(values, node.A) : r, b = operands > 1 ? At(values, node.B) : r, c = operands > 2 ? At(values, node.C) : r;
            switch (node.Operation)
            {
                case Operation.Constant:
                    new Span<V>(r, vectors).Fill(Vector512.Create(node.Value));
                    break;
                case Operation.Input when _slots.IsUniform[i]:
                    new Span<V>(r, vectors).Fill(Vector512.Create(inputs[node.A].Data[node.B]));
                    break;
                case Operation.Input:
                    double* row = inputs[node.A].Data + (node.B * inputs[node.A].Stride) + s;
                    for (int v = 0; v < vectors; v++)
                    {
                        r[v] = Vector512.Load(row + (v * V.Count));
                    }

                    break;
                case Operation.Add:
                    for (int v = 0; v < vectors; v++)
                    {
                        r[v] = a[v] + b[v];
                    }

                    break;
                case Operation.Subtract:
                    for (int v = 0; v < vectors; v++)
                    {
                        r[v] = a[v] - b[v];
                    }

                    break;
                case Operation.Multiply:
                    for (int v = 0; v < vectors; v++)
                    {
                        r[v] = a[v] * b[v];
                    }

                    break;
                case Operation.Divide:
                    for (int v = 0; v < vectors; v++)
                    {
                        r[v] = a[v] / b[v];
                    }

                    break;
                default:
                    for (int v = 0; v < vectors; v++)
                    {
                        r[v] = LaneOperations.Apply(node.Operation, a[v], b[v], c[v]);
                    }

                    break;
            }
        }
    }
}
