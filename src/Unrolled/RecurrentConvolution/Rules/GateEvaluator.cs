namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// Evaluates expressions one assignment of the inputs at a time, gate after gate and table row after table row: the reference for
/// everything faster.
/// </summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class GateEvaluator
{
    private readonly GateExpression[] _nodes;
    private readonly int[][] _operands;
    private readonly int[] _roots;
    private readonly bool[] _values;

    public GateEvaluator(params ReadOnlySpan<GateExpression> roots)
    {
        _nodes = [.. GateExpression.Order(roots)];
        var place = new Dictionary<GateExpression, int>(ReferenceEqualityComparer.Instance);
        _operands = new int[_nodes.Length][];
        for (int i = 0; i < _nodes.Length; i++)
        {
            place[_nodes[i]] = i;
            _operands[i] = new int[_nodes[i].Operands.Length];
            for (int k = 0; k < _operands[i].Length; k++)
            {
                _operands[i][k] = place[_nodes[i].Operands[k]];
            }
        }

        _roots = new int[roots.Length];
        for (int i = 0; i < roots.Length; i++)
        {
            _roots[i] = place[roots[i]];
        }

        _values = new bool[_nodes.Length];
    }

    /// <summary>The values of all expressions, the first in the lowest bit.</summary>
    public uint Evaluate(ulong inputs)
    {
        for (int i = 0; i < _nodes.Length; i++)
        {
            int[] operands = _operands[i];
            _values[i] = _nodes[i].Kind switch
            {
                GateKind.Constant => _nodes[i].Index != 0,
                GateKind.Input => ((inputs >> _nodes[i].Index) & 1) != 0,
                GateKind.Not => !_values[operands[0]],
                GateKind.And => _values[operands[0]] & _values[operands[1]],
                GateKind.Or => _values[operands[0]] | _values[operands[1]],
                GateKind.Xor => _values[operands[0]] ^ _values[operands[1]],
                _ => Row(_nodes[i].Table!, operands),
            };
        }

        uint result = 0;
        for (int i = 0; i < _roots.Length; i++)
        {
            result |= _values[_roots[i]] ? 1u << i : 0;
        }

        return result;
    }

    private bool Row(TruthTable table, int[] operands)
    {
        int row = 0;
        for (int k = 0; k < operands.Length; k++)
        {
            row |= _values[operands[k]] ? 1 << k : 0;
        }

        return table[row];
    }
}
