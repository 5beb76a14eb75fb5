using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Differentiation;

/// <summary>
/// Evaluates a function node by node, eight instances at a time. It is the meaning of a function: compiled code must repeat its
/// bits. Used where code cannot be generated and for functions too large to compile.
/// </summary>
internal sealed unsafe class Interpreter
{
    private readonly Node[] _nodes;
    private readonly int[][] _outputNodes;
    private readonly SlotAssignment _slots;

    /// <summary>Plans the memory of a function.</summary>
    public Interpreter(Function function)
    {
        _nodes = function.Nodes;
        _outputNodes = function.OutputNodes;
        _slots = new(function);
    }

    /// <summary>See <see cref="KernelBody"/>.</summary>
    [SkipLocalsInit]
    public void Run(BatchPointer* inputs, BatchPointer* outputs, nint count)
    {
        const int onStack = 512;
        int size = _slots.Count * V.Count;
        double[]? rented = _slots.Count > onStack ? ArrayPool<double>.Shared.Rent(size) : null;
        double* local = stackalloc double[rented is null ? size : 0];
        fixed (double* heap = rented)
        {
            V* values = (V*)(rented is null ? local : heap);
            Step(inputs, values, 0, uniform: true);
            for (nint s = 0; s < count; s += V.Count)
            {
                Step(inputs, values, s, uniform: false);
                for (int o = 0; o < _outputNodes.Length; o++)
                {
                    for (int i = 0; i < _outputNodes[o].Length; i++)
                    {
                        values[_slots[_outputNodes[o][i]]].Store(outputs[o].Data + (i * outputs[o].Stride) + s);
                    }
                }
            }
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private void Step(BatchPointer* inputs, V* values, nint s, bool uniform)
    {
        for (int i = 0; i < _nodes.Length; i++)
        {
            if (_slots.IsUniform[i] != uniform)
            {
                continue;
            }

            Node node = _nodes[i];
            values[_slots[i]] = node.Operation switch
            {
                Operation.Constant => Vector512.Create(node.Value),
                Operation.Input when uniform => Vector512.Create(inputs[node.A].Data[node.B]),
                Operation.Input => Vector512.Load(inputs[node.A].Data + (node.B * inputs[node.A].Stride) + s),
                _ => LaneOperations.Apply(
                    node.Operation,
                    values[_slots[node.A]],
                    node.OperandCount > 1 ? values[_slots[node.B]] : V.Zero,
                    node.OperandCount > 2 ? values[_slots[node.C]] : V.Zero),
            };
        }
    }
}
