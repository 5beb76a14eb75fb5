using System.Runtime.InteropServices;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// A Boolean function of a rule's inputs, built with <c>&amp;</c>, <c>|</c>, <c>^</c>, <c>~</c> and truth tables. Expressions may share
/// parts; a part that is used twice is one gate.
/// </summary>
/// <remarks>Immutable.</remarks>
public sealed class GateExpression
{
    private readonly GateExpression[] _operands;

    private GateExpression(GateKind kind, int input, TruthTable? table, params GateExpression[] operands) =>
        (Kind, Index, Table, _operands) = (kind, input, table, operands);

    /// <summary>What this node is.</summary>
    public GateKind Kind { get; }

    /// <summary>The number of the input, from 0, or the value (0 or 1) of a constant; 0 otherwise.</summary>
    public int Index { get; }

    /// <summary>The table of a lookup; null otherwise.</summary>
    public TruthTable? Table { get; }

    /// <summary>What this node is made from.</summary>
    public ReadOnlySpan<GateExpression> Operands => _operands;

    /// <summary>0 or 1.</summary>
    public static GateExpression Constant(bool value) => new(GateKind.Constant, value ? 1 : 0, null);

    /// <summary>An input of the rule by its number.</summary>
    public static GateExpression Input(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)CellRule.MostInputs, nameof(index));
        return new(GateKind.Input, index, null);
    }

    /// <summary>The row of a table that the operands number, the first one fastest.</summary>
    /// <exception cref="ArgumentException">The table has another number of inputs.</exception>
    public static GateExpression Lookup(TruthTable table, params ReadOnlySpan<GateExpression> operands)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (operands.Length != table.Inputs)
        {
            throw new ArgumentException($"the table has {table.Inputs} inputs, there are {operands.Length} operands");
        }

        return new(GateKind.Lookup, 0, table, operands.ToArray());
    }

    /// <summary><c>~a</c>.</summary>
    public static GateExpression operator ~(GateExpression a) => a.OnesComplement();

    /// <summary><c>a &amp; b</c>.</summary>
    public static GateExpression operator &(GateExpression a, GateExpression b) => new(GateKind.And, 0, null, a, b);

    /// <summary><c>a | b</c>.</summary>
    public static GateExpression operator |(GateExpression a, GateExpression b) => new(GateKind.Or, 0, null, a, b);

    /// <summary><c>a ^ b</c>.</summary>
    public static GateExpression operator ^(GateExpression a, GateExpression b) => new(GateKind.Xor, 0, null, a, b);

    /// <summary><c>~a</c> for languages without operators.</summary>
    public GateExpression OnesComplement() => new(GateKind.Not, 0, null, this);

    /// <summary>All nodes below these expressions and themselves, each once, operands first. Without recursion.</summary>
    public static IReadOnlyList<GateExpression> Order(params ReadOnlySpan<GateExpression> roots)
    {
        var order = new List<GateExpression>();
        var state = new Dictionary<GateExpression, int>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<GateExpression>();
        foreach (GateExpression root in roots)
        {
            stack.Push(root);
            while (stack.TryPeek(out GateExpression? node))
            {
                ref int next = ref CollectionsMarshal.GetValueRefOrAddDefault(state, node, out _);
                if (next < node._operands.Length)
                {
                    stack.Push(node._operands[next++]);
                    continue;
                }

                if (next++ == node._operands.Length)
                {
                    order.Add(node);
                }

                stack.Pop();
            }
        }

        return order;
    }

    /// <summary>The value at inputs given as the bits of a word, input 0 lowest.</summary>
    public bool Evaluate(ulong inputs) => new GateEvaluator(this).Evaluate(inputs) != 0;
}
