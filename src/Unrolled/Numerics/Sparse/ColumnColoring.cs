namespace Unrolled.Numerics;

/// <summary>
/// Groups of columns of a sparse matrix that share no row, so that one product with the sum of a group's unit vectors holds all entries
/// of the group: a Jacobian from as many products as there are groups (colors).
/// </summary>
/// <remarks>
/// <para>Columns are taken by falling number of neighbours (columns that share a row; equal ones by their index), and each gets the first
/// color that no neighbour has. The number of colors is at least the length of the longest row and at most one more than the most neighbours
/// of a column; the least possible is not sought. Deterministic, immutable.</para>
/// <para>Work: the sum of the squares of the row lengths. Storage: 4 bytes per column, 8 bytes per entry. Not checked: that the entries
/// outside the pattern are zero; one that is not adds to an entry of its row.</para>
/// <para>Reference: Curtis, Powell and Reid, On the estimation of sparse Jacobian matrices, IMA J. Appl. Math. 13 (1974) 117-119,
/// doi:10.1093/imamat/13.1.117; the order: Welsh and Powell, Comput. J. 10 (1967) 85-86, doi:10.1093/comjnl/10.1.85.</para>
/// </remarks>
public sealed class ColumnColoring
{
    private readonly int[] _colors;
    private readonly int[] _start, _place, _row; // entries of the pattern by color

    private ColumnColoring(SparsityPattern pattern, int[] colors, int count)
    {
        Pattern = pattern;
        _colors = colors;
        Count = count;
        _start = new int[count + 1];
        foreach (int j in pattern.Columns)
        {
            _start[colors[j] + 1]++;
        }

        for (int color = 0; color < count; color++)
        {
            _start[color + 1] += _start[color];
        }

        int[] next = [.. _start];
        (_place, _row) = (new int[pattern.Count], new int[pattern.Count]);
        for (int i = 0; i < pattern.RowCount; i++)
        {
            for (int k = pattern.RowStart[i]; k < pattern.RowStart[i + 1]; k++)
            {
                int at = next[colors[pattern.Columns[k]]]++;
                (_place[at], _row[at]) = (k, i);
            }
        }
    }

    /// <summary>The pattern.</summary>
    public SparsityPattern Pattern { get; }

    /// <summary>The number of colors.</summary>
    public int Count { get; }

    /// <summary>The color of every column, from 0.</summary>
    public ReadOnlySpan<int> Colors => _colors;

    /// <summary>Colors the columns of a pattern.</summary>
    /// <exception cref="ArgumentException">The pattern is not in compressed form.</exception>
    public static ColumnColoring Of(SparsityPattern pattern)
    {
        Guard.Pattern(pattern);
        SparsityPattern columns = pattern.Transpose();
        int n = pattern.ColumnCount;
        int[] mark = new int[n], neighbours = new int[n], order = new int[n], colors = new int[n];
        mark.AsSpan().Fill(-1);
        for (int j = 0; j < n; j++)
        {
            mark[j] = j;
            order[j] = j;
            foreach (int i in columns.Row(j))
            {
                foreach (int other in pattern.Row(i))
                {
                    neighbours[j] += mark[other] == j ? 0 : 1;
                    mark[other] = j;
                }
            }
        }

        Array.Sort(order, (a, b) => neighbours[a] != neighbours[b] ? neighbours[b].CompareTo(neighbours[a]) : a.CompareTo(b));
        int count = 0;
        var taken = new int[n + 1]; // by color: the last column with a neighbour of it, plus 1
        colors.AsSpan().Fill(-1);
        foreach (int j in order)
        {
            foreach (int i in columns.Row(j))
            {
                foreach (int other in pattern.Row(i))
                {
                    if (colors[other] >= 0)
                    {
                        taken[colors[other]] = j + 1;
                    }
                }
            }

            int color = 0;
            while (taken[color] == j + 1)
            {
                color++;
            }

            colors[j] = color;
            count = Math.Max(count, color + 1);
        }

        return new ColumnColoring(pattern, colors, count);
    }

    /// <summary>The direction of a color: 1 in its columns, 0 elsewhere, the same for all instances.</summary>
    /// <param name="color">The color.</param>
    /// <param name="direction">(columns, instances) numbers, overwritten.</param>
    /// <exception cref="ArgumentException">There is no such color, or the direction has another length.</exception>
    public void Seed(int color, Batch direction)
    {
        RequireColor(color);
        Guard.Equal(direction.Components, Pattern.ColumnCount, "the number of components of the direction", "the number of columns");
        for (int j = 0; j < _colors.Length; j++)
        {
            direction.Row(j).Fill(_colors[j] == color ? 1 : 0);
        }
    }

    /// <summary>Takes the entries of a color from the product with its direction.</summary>
    /// <param name="color">The color.</param>
    /// <param name="product">(rows, instances) numbers: A times the direction of the color.</param>
    /// <param name="entries">(entries, instances) numbers in the order of the pattern; those of the color are written.</param>
    /// <exception cref="ArgumentException">There is no such color, or the shapes do not fit.</exception>
    public void Recover(int color, Batch product, Batch entries)
    {
        RequireColor(color);
        Guard.Equal(product.Components, Pattern.RowCount, "the number of components of the product", "the number of rows");
        Guard.Equal(entries.Components, Pattern.Count, "the number of components of the entries", "the number of entries of the pattern");
        Guard.Equal(product.Instances, entries.Instances, "the number of instances of the product", "the number of instances of the entries");
        for (int at = _start[color]; at < _start[color + 1]; at++)
        {
            product.Row(_row[at]).CopyTo(entries.Row(_place[at]));
        }
    }

    private void RequireColor(int color)
    {
        if ((uint)color >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(nameof(color), $"color {color} is outside 0..{Count - 1}");
        }
    }
}
