using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// A rule's functions as tables that may be exchanged between runs, for searches that try many rules of one form: a table of at most
/// six inputs is a number, its rows being the bits, row 0 lowest.
/// </summary>
/// <remarks>
/// A function that is a lookup keeps the inputs of its table in their order; any other has those that it depends on. Setting a table
/// allocates nothing. One writer at a time.
/// </remarks>
public sealed class CellTables
{
    private readonly ulong[] _tables;
    private readonly int[][] _inputs;
    private readonly Group[] _groups;

    /// <summary>The functions of a rule as tables.</summary>
    /// <exception cref="ArgumentException">A function has more than six inputs.</exception>
    public CellTables(CellRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Rule = rule;
        int bits = rule.Bits.Length;
        (_inputs, var rows) = (new int[bits][], new ulong[bits]);
        for (int b = 0; b < bits; b++)
        {
            (TruthTable table, _inputs[b]) = IsPlainLookup(rule.Next[b])
                ? (rule.Next[b].Table!, [.. rule.Next[b].Operands.ToArray().Select(o => o.Index)])
                : Tabulation.Of(rule.Next[b], $"{rule.Bits[b]}'");
            if (table.Inputs > TableKernels.MostInputs)
            {
                throw new ArgumentException($"{rule.Bits[b]}' has {table.Inputs} inputs, tables that may be exchanged have at most {TableKernels.MostInputs}");
            }

            for (int row = 0; row < table.Rows; row++)
            {
                rows[b] |= table[row] ? 1UL << row : 0;
            }
        }

        IGrouping<string, int>[] groups = [.. Enumerable.Range(0, bits).GroupBy(b => string.Join(' ', _inputs[b]))];
        _groups = new Group[groups.Length];
        _tables = new ulong[bits];
        for (int g = 0, first = 0; g < groups.Length; first += _groups[g++].Bits.Length)
        {
            int[] members = [.. groups[g]];
            List<CellInput> seen = [];
            foreach (int n in _inputs[members[0]])
            {
                seen.Add(rule.Inputs[n]);
            }

            while (seen.Count < TableKernels.FewestInputs)
            {
                seen.Add(seen.Count > 0 ? seen[0] : new CellInput(CellInput.Inside));
            }

            _groups[g] = new Group([.. seen], members, first);
        }

        for (int b = 0; b < bits; b++)
        {
            this[b] = rows[b];
        }
    }

    /// <summary>The rule that says which bits and inputs there are.</summary>
    public CellRule Rule { get; }

    /// <summary>The table of a bit. Rows that the table does not have are 0.</summary>
    public ulong this[int bit]
    {
        get => _tables[Place(bit)] & Used(bit);
        set
        {
            // A table of fewer inputs than the kernel takes is repeated for the inputs that it ignores.
            ulong rows = value & Used(bit);
            for (int inputs = _inputs[bit].Length; inputs < TableKernels.FewestInputs; inputs++)
            {
                rows |= rows << (1 << inputs);
            }

            _tables[Place(bit)] = rows;
        }
    }

    /// <summary>The inputs of a bit's table by their numbers, the fastest first.</summary>
    public ReadOnlySpan<int> InputsOf(int bit) => _inputs[bit];

    /// <summary>These tables as a rule.</summary>
    public CellRule ToRule()
    {
        var next = new GateExpression[_inputs.Length];
        for (int b = 0; b < next.Length; b++)
        {
            next[b] = GateExpression.Lookup(new TruthTable(_inputs[b].Length, this[b]), [.. _inputs[b].Select(GateExpression.Input)]);
        }

        return Rule.With(next);
    }

    internal ReadOnlySpan<Group> Groups => _groups;

    internal ReadOnlySpan<ulong> TablesOf(Group group) => _tables.AsSpan(group.First, group.Bits.Length);

    private static bool IsPlainLookup(GateExpression function)
    {
        bool plain = function.Kind == GateKind.Lookup;
        foreach (GateExpression operand in function.Operands)
        {
            plain &= operand.Kind == GateKind.Input;
        }

        return plain;
    }

    private ulong Used(int bit) => _inputs[bit].Length == TableKernels.MostInputs ? ulong.MaxValue : (1UL << (1 << _inputs[bit].Length)) - 1;

    private int Place(int bit)
    {
        foreach (Group group in _groups)
        {
            int at = Array.IndexOf(group.Bits, bit);
            if (at >= 0)
            {
                return group.First + at;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(bit), $"there is no bit {bit}, the rule has {_inputs.Length}");
    }

    /// <summary>Bits whose tables have the same inputs, and the place of their first table.</summary>
    internal sealed record Group(CellInput[] Inputs, int[] Bits, int First);
}
