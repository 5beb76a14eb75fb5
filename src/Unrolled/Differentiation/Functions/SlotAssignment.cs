namespace Unrolled.Differentiation;

/// <summary>
/// Storage for the nodes of a function such that a place is reused after the last use of its value: the memory of the interpreter and
/// the local variables of compiled code. Constants and values that depend on uniform inputs only keep their place for the whole call.
/// </summary>
internal sealed class SlotAssignment
{
    private readonly int[] _slots;

    /// <summary>Assigns places in evaluation order (a linear scan).</summary>
    public SlotAssignment(Function function, bool reuse = true)
    {
        Node[] nodes = function.Nodes;
        int[] lastUse = new int[nodes.Length];
        IsUniform = new bool[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            Node node = nodes[i];
            IsUniform[i] = node.Operation != Operation.Input || function.Inputs[node.A].Kind == InputKind.Uniform;
            for (int k = 0; k < node.OperandCount; k++)
            {
                IsUniform[i] &= IsUniform[node.Operand(k)];
                lastUse[node.Operand(k)] = i;
            }
        }

        foreach (int output in function.OutputNodes.SelectMany(o => o))
        {
            lastUse[output] = int.MaxValue;
        }

        _slots = new int[nodes.Length];
        Stack<int> free = [];
        int live = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            Node node = nodes[i];
            for (int k = 0; k < node.OperandCount; k++)
            {
                int operand = node.Operand(k);
                if (lastUse[operand] == i && !IsUniform[operand])
                {
                    lastUse[operand] = -1;
                    free.Push(_slots[operand]);
                    live--;
                }
            }

            live += IsUniform[i] ? 0 : 1;
            LargestLiveCount = Math.Max(LargestLiveCount, live);
            _slots[i] = reuse && !IsUniform[i] && free.TryPop(out int slot) ? slot : Count++;
            HoistedCount += IsUniform[i] && node.Operation != Operation.Constant ? 1 : 0;
        }
    }

    /// <summary>How many places are needed.</summary>
    public int Count { get; }

    /// <summary>How many values that differ between instances are needed at the same time.</summary>
    public int LargestLiveCount { get; }

    /// <summary>How many hold uniform values that are not constants.</summary>
    public int HoistedCount { get; }

    /// <summary>Whether a node has the same value for all instances.</summary>
    public bool[] IsUniform { get; }

    /// <summary>The place of a node.</summary>
    public int this[int node] => _slots[node];
}
