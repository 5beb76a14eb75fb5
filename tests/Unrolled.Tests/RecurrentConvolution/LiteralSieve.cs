namespace Unrolled.Tests.RecurrentConvolution;

/// <summary>The automaton cell by cell: eleven gates on five bits, 2 m + d + T - 1 steps.</summary>
internal static class LiteralSieve
{
    /// <summary>Runs the examples (bits and label) and the queries (bits); returns the final stationary bits of all rows.</summary>
    public static bool[][] Run(bool[][] examples, bool[][] queries, int bits)
    {
        int m = examples.Length, rows = m + queries.Length, columns = bits + 1;
        bool[][] s = [.. examples.Select(row => (bool[])row.Clone()), .. queries.Select(row => (bool[])[.. row, false])];
        bool[][] p = Empty(rows, columns), q = Empty(rows, columns), c = Empty(rows, columns), e = Empty(rows, columns);
        if (m > 0)
        {
            e[0][0] = true;
        }

        for (int step = 0; step < (2 * m) + bits + queries.Length; step++)
        {
            bool[][] s1 = Empty(rows, columns), p1 = Empty(rows, columns), q1 = Empty(rows, columns), c1 = Empty(rows, columns), e1 = Empty(rows, columns);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    bool up = i > 0, left = j > 0, label = j == bits;
                    bool own = s[i][j], send = e[i][j], passing = up && p[i - 1][j], lead = up && q[i - 1][j], control = left && c[i][j - 1];
                    p1[i][j] = passing | (send & own);
                    q1[i][j] = lead | (send & own & !control & !label);
                    c1[i][j] = control | (own & (send | lead));
                    s1[i][j] = own ^ (passing & c1[i][j]);
                    e1[i][j] = ((left && e[i][j - 1]) | (up && !label && e[i - 1][j + 1])) & (i < m);
                }
            }

            (s, p, q, c, e) = (s1, p1, q1, c1, e1);
        }

        return s;
    }

    private static bool[][] Empty(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new bool[columns])];
}
