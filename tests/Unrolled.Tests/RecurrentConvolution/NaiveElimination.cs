namespace Unrolled.Tests.RecurrentConvolution;

/// <summary>Elimination over GF(2) bit by bit, row after row, first come, first pivot: what the sieve means, as plainly as it can be said.</summary>
internal sealed class NaiveElimination
{
    private readonly List<bool[]> _pivots = [];
    private readonly List<int> _leads = [];
    private readonly int _bits;

    /// <summary>Eliminates rows of <paramref name="bits"/> bits and a label.</summary>
    public NaiveElimination(IEnumerable<bool[]> examples, int bits)
    {
        _bits = bits;
        foreach (bool[] example in examples)
        {
            bool[] row = Reduce(example);
            int lead = Array.IndexOf(row, true);
            if (lead >= 0 && lead < bits)
            {
                _pivots.Add(row);
                _leads.Add(lead);
            }
            else if (lead == bits)
            {
                Contradictions++;
            }
        }
    }

    public int Rank => _pivots.Count;

    public int Contradictions { get; }

    public int[] PivotColumns => [.. _leads.Order()];

    /// <summary>The label of a query and whether it lies outside the span of the examples.</summary>
    public (bool Label, bool Outside) Answer(bool[] query)
    {
        bool[] row = Reduce([.. query, false]);
        return (row[_bits], row.AsSpan(0, _bits).Contains(true));
    }

    /// <summary>The labels of the unit vectors.</summary>
    public bool[] Hypothesis()
    {
        bool[] theta = new bool[_bits];
        for (int j = 0; j < _bits; j++)
        {
            bool[] unit = new bool[_bits];
            unit[j] = true;
            theta[j] = Answer(unit).Label;
        }

        return theta;
    }

    /// <summary>What is left of a row of the bits and a label: the label of a query that began as 0 is the prediction.</summary>
    public bool[] Reduce(bool[] example)
    {
        bool[] row = [.. example];
        for (int r = 0; r < _pivots.Count; r++)
        {
            if (row[_leads[r]])
            {
                for (int j = _leads[r]; j <= _bits; j++) // the pivot is 0 before its lead
                {
                    row[j] ^= _pivots[r][j];
                }
            }
        }

        return row;
    }

    /// <summary>The solution with free variables 0 by reduced row echelon form with row swaps; null if the rows contradict each other.</summary>
    public static bool[]? EchelonSolution(IEnumerable<bool[]> rows, int bits)
    {
        bool[][] a = [.. rows.Select(r => (bool[])r.Clone())];
        var solution = new bool[bits];
        var leads = new List<int>();
        for (int column = 0; column < bits && leads.Count < a.Length; column++)
        {
            int rank = leads.Count, at = Array.FindIndex(a, rank, r => r[column]);
            if (at < 0)
            {
                continue;
            }

            (a[rank], a[at]) = (a[at], a[rank]);
            for (int i = 0; i < a.Length; i++)
            {
                if (i != rank && a[i][column])
                {
                    for (int j = 0; j <= bits; j++)
                    {
                        a[i][j] ^= a[rank][j];
                    }
                }
            }

            leads.Add(column);
        }

        for (int i = 0; i < leads.Count; i++)
        {
            solution[leads[i]] = a[i][bits];
        }

        return a.Skip(leads.Count).Any(r => r[bits]) ? null : solution;
    }
}
