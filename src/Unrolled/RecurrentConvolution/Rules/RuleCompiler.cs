namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// From a rule to a filter. A conjunction of literals is 1 exactly where <c>r(sum of literals - (number - 1))</c> is 1 and 0 elsewhere;
/// a function is the sum of conjunctions that exclude each other.
/// </summary>
/// <remarks>
/// Two covers are tried: the paths of Shannon's expansion, which are few, and the rows with 1 themselves, which outputs share. Where
/// fewer rows hold 0 than 1 the function is 1 minus the cover of its complement.
/// </remarks>
internal static class RuleCompiler
{
    public static ReluFilter Compile(CellRule rule)
    {
        var paths = new Cover(rule, shareRows: false);
        var rows = new Cover(rule, shareRows: true);
        return (rows.Count < paths.Count ? rows : paths).ToFilter();
    }

    /// <summary>The conjunctions of all functions. A conjunction is the inputs that it looks at and the values that it wants.</summary>
    private sealed class Cover
    {
        private readonly CellRule _rule;
        private readonly Dictionary<(ulong Care, ulong Value), List<ReluOutput>> _conjunctions = [];
        private readonly int[] _biases;

        public Cover(CellRule rule, bool shareRows)
        {
            _rule = rule;
            _biases = new int[rule.Bits.Length + 1];
            for (int b = 0; b < rule.Bits.Length; b++)
            {
                (TruthTable table, int[] inputs) = Tabulation.Of(rule.Next[b], $"{rule.Bits[b]}'");
                bool complement = 2 * table.Ones > table.Rows;
                _biases[b] = complement ? 1 : 0;
                if (shareRows)
                {
                    AddRows(table, inputs, complement, b);
                }
                else
                {
                    AddPaths(table, inputs, 0, 0, complement, b);
                }
            }
        }

        public int Count => _conjunctions.Count;

        public ReluFilter ToFilter()
        {
            var units = new List<ReluUnit>();
            foreach (((ulong care, ulong value), List<ReluOutput> outputs) in _conjunctions)
            {
                var terms = new List<ReluTerm>();
                int positive = 0;
                for (int n = 0; n < _rule.Inputs.Length; n++)
                {
                    if (((care >> n) & 1) != 0)
                    {
                        int sign = ((value >> n) & 1) != 0 ? 1 : -1;
                        positive += sign > 0 ? 1 : 0;
                        terms.Add(new ReluTerm(_rule.Inputs[n], sign));
                    }
                }

                units.Add(new ReluUnit(1 - positive, terms, outputs));
            }

            var inside = new CellInput(CellInput.Inside);
            units.Add(new ReluUnit(0, [new ReluTerm(inside, 1)], [new ReluOutput(CellInput.Inside, 1)]));
            return new ReluFilter(_rule.Bits.Length, units, _biases);
        }

        private void AddRows(TruthTable table, int[] inputs, bool complement, int bit)
        {
            ulong care = Tabulation.Spread(table.Rows - 1, inputs);
            for (int row = 0; row < table.Rows; row++)
            {
                if (table[row] != complement)
                {
                    Add(care, Tabulation.Spread(row, inputs), complement, bit);
                }
            }
        }

        private void AddPaths(TruthTable table, ReadOnlySpan<int> inputs, ulong care, ulong value, bool complement, int bit)
        {
            int ones = table.Ones;
            if (ones == (complement ? table.Rows : 0))
            {
                return;
            }

            if (ones == (complement ? 0 : table.Rows))
            {
                Add(care, value, complement, bit);
                return;
            }

            ulong last = 1UL << inputs[^1];
            TruthTable zero = table.FixLast(false), one = table.FixLast(true);
            if (zero.Equals(one))
            {
                AddPaths(zero, inputs[..^1], care, value, complement, bit);
                return;
            }

            AddPaths(zero, inputs[..^1], care | last, value, complement, bit);
            AddPaths(one, inputs[..^1], care | last, value | last, complement, bit);
        }

        private void Add(ulong care, ulong value, bool complement, int bit)
        {
            if (care == 0)
            {
                _biases[bit] += complement ? -1 : 1;
                return;
            }

            if (!_conjunctions.TryGetValue((care, value), out List<ReluOutput>? outputs))
            {
                _conjunctions.Add((care, value), outputs = []);
            }

            outputs.Add(new ReluOutput(bit, complement ? -1 : 1));
        }
    }
}
