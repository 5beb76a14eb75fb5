using Unrolled.Numerics;

namespace Unrolled.Tests.RecurrentConvolution.Rules;

/// <summary>Elimination over GF(2) as in a textbook, on arrays of bool: what the sieve has to equal.</summary>
internal sealed class NaiveElimination
{
    private readonly List<(int Lead, bool[] Row)> _basis = [];

    private NaiveElimination()
    {
    }

    public int Rank => _basis.Count;

    public int Contradictions { get; private set; }

    /// <summary>The incremental XOR basis: every row is reduced by the rows kept before, in their order; rows of (features, label).</summary>
    public static NaiveElimination Basis(IEnumerable<bool[]> rows)
    {
        var result = new NaiveElimination();
        foreach (bool[] row in rows)
        {
            bool[] rest = result.Reduce(row);
            int lead = Array.IndexOf(rest, true);
            if (lead >= 0 && lead < row.Length - 1)
            {
                result._basis.Add((lead, rest));
            }
            else if (lead == row.Length - 1)
            {
                result.Contradictions++;
            }
        }

        return result;
    }

    /// <summary>What is left of a row: the label of a query that began as 0 is the prediction.</summary>
    public bool[] Reduce(bool[] row)
    {
        bool[] rest = [.. row];
        foreach ((int lead, bool[] pivot) in _basis)
        {
            if (rest[lead])
            {
                for (int j = 0; j < rest.Length; j++)
                {
                    rest[j] ^= pivot[j];
                }
            }
        }

        return rest;
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
