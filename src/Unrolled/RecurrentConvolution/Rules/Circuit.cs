namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// Functions as a list of gates in the order of evaluation, every different gate once, constants folded, tables expanded into
/// multiplexers. An edge is twice the number of a node, plus 1 if it is complemented; node 0 is the constant 0.
/// </summary>
internal sealed class Circuit
{
    /// <summary>The constants as edges.</summary>
    public const int Zero = 0, One = 1;

    private readonly List<CircuitNode> _nodes = [new(CircuitGate.Constant, 0, 0, 0)];
    private readonly Dictionary<CircuitNode, int> _known = [];
    private int[] _outputs = [];

    private Circuit()
    {
    }

    /// <summary>All nodes; operands come before what uses them.</summary>
    public IReadOnlyList<CircuitNode> Nodes => _nodes;

    /// <summary>The edges of the functions.</summary>
    public ReadOnlySpan<int> Outputs => _outputs;

    /// <summary>The number of two-input gates; a multiplexer counts three.</summary>
    public int Gates => Reached().Sum(id => _nodes[id].Gate switch
    {
        CircuitGate.And or CircuitGate.Xor => 1,
        CircuitGate.Select => 3,
        _ => 0,
    });

    /// <summary>The circuit of functions.</summary>
    public static Circuit Of(ReadOnlySpan<GateExpression> functions)
    {
        var circuit = new Circuit();
        var edges = new Dictionary<GateExpression, int>(ReferenceEqualityComparer.Instance);
        foreach (GateExpression node in GateExpression.Order(functions))
        {
            int[] operands = new int[node.Operands.Length];
            for (int k = 0; k < operands.Length; k++)
            {
                operands[k] = edges[node.Operands[k]];
            }

            edges[node] = node.Kind switch
            {
                GateKind.Constant => node.Index,
                GateKind.Input => circuit.Add(new CircuitNode(CircuitGate.Input, node.Index, 0, 0)),
                GateKind.Not => operands[0] ^ 1,
                GateKind.And => circuit.And(operands[0], operands[1]),
                GateKind.Or => circuit.And(operands[0] ^ 1, operands[1] ^ 1) ^ 1,
                GateKind.Xor => circuit.Xor(operands[0], operands[1]),
                _ => circuit.Lookup(node.Table!, operands),
            };
        }

        circuit._outputs = new int[functions.Length];
        for (int i = 0; i < functions.Length; i++)
        {
            circuit._outputs[i] = edges[functions[i]];
        }

        return circuit;
    }

    /// <summary>The nodes that an output depends on, in order.</summary>
    public int[] Reached()
    {
        var reached = new bool[_nodes.Count];
        foreach (int edge in _outputs)
        {
            reached[edge >> 1] = true;
        }

        for (int id = _nodes.Count - 1; id > 0; id--)
        {
            if (reached[id])
            {
                foreach (int edge in _nodes[id].Operands())
                {
                    reached[edge >> 1] = true;
                }
            }
        }

        return [.. Enumerable.Range(0, _nodes.Count).Where(id => reached[id])];
    }

    private int And(int a, int b)
    {
        if (a > b)
        {
            (a, b) = (b, a);
        }

        return a switch
        {
            Zero => Zero,
            One => b,
            _ when a == b => a,
            _ when a == (b ^ 1) => Zero,
            _ => Add(new CircuitNode(CircuitGate.And, a, b, 0)),
        };
    }

    private int Xor(int a, int b)
    {
        int complement = (a ^ b) & 1;
        (a, b) = (Math.Min(a, b) & ~1, Math.Max(a, b) & ~1);
        int edge = a == Zero ? b : a == b ? Zero : Add(new CircuitNode(CircuitGate.Xor, a, b, 0));
        return edge ^ complement;
    }

    private int Select(int condition, int ifOne, int ifZero)
    {
        if ((condition & 1) != 0)
        {
            return Select(condition ^ 1, ifZero, ifOne);
        }

        if (ifOne == ifZero)
        {
            return ifOne;
        }

        if (condition == Zero)
        {
            return ifZero;
        }

        if (ifOne == (ifZero ^ 1))
        {
            return Xor(condition, ifZero);
        }

        if (ifZero is Zero or One)
        {
            return ifZero == Zero ? And(condition, ifOne) : And(condition, ifOne ^ 1) ^ 1;
        }

        if (ifOne is Zero or One)
        {
            return ifOne == Zero ? And(condition ^ 1, ifZero) : And(condition ^ 1, ifZero ^ 1) ^ 1;
        }

        int complement = ifZero & 1;
        return Add(new CircuitNode(CircuitGate.Select, condition, ifOne ^ complement, ifZero ^ complement)) ^ complement;
    }

    /// <summary>Shannon's expansion by the last input first.</summary>
    private int Lookup(TruthTable table, ReadOnlySpan<int> operands)
    {
        var scope = new Dictionary<TruthTable, int>();
        return Expand(table, operands);

        int Expand(TruthTable part, ReadOnlySpan<int> inputs)
        {
            if (part.Inputs == 0)
            {
                return part[0] ? One : Zero;
            }

            if (!scope.TryGetValue(part, out int edge))
            {
                ReadOnlySpan<int> rest = inputs[..^1];
                edge = Select(inputs[^1], Expand(part.FixLast(true), rest), Expand(part.FixLast(false), rest));
                scope.Add(part, edge);
            }

            return edge;
        }
    }

    private int Add(CircuitNode node)
    {
        if (!_known.TryGetValue(node, out int id))
        {
            id = _nodes.Count;
            _nodes.Add(node);
            _known.Add(node, id);
        }

        return 2 * id;
    }
}
