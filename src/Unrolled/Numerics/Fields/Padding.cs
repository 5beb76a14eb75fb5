using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// The linear map <c>P</c> that surrounds a plane by <c>margin</c> values on every side, and its exact adjoint, which
/// adds every value back to where it was copied from. Sides shorter than the margin are mirrored or wrapped repeatedly.
/// Where zeros stand outside the source is -1: nothing is copied, and the adjoint drops what it finds there.
/// </summary>
internal sealed class Padding
{
    private readonly int[] _rowSources;
    private readonly int[] _columnSources;
    private readonly int _rows;
    private readonly int _columns;

    public Padding(int rows, int columns, int rowMargin, int columnMargin, Boundary boundary)
    {
        (_rows, _columns) = (rows, columns);
        _rowSources = Sources(rows, rowMargin, boundary);
        _columnSources = Sources(columns, columnMargin, boundary);
    }

    /// <summary>The extents of a padded plane.</summary>
    public int Rows => _rowSources.Length;

    /// <summary>The extents of a padded plane.</summary>
    public int Columns => _columnSources.Length;

    /// <summary>Which row stands at each row of a padded plane.</summary>
    public ReadOnlySpan<int> RowSources => _rowSources;

    /// <summary>Which column stands at each column of a padded plane.</summary>
    public ReadOnlySpan<int> ColumnSources => _columnSources;

    /// <summary><c>padded = P plane</c>.</summary>
    public void Pad<T>(ReadOnlySpan<T> plane, Span<T> padded)
        where T : struct
    {
        int margin = (Columns - _columns) / 2;
        for (int i = 0; i < Rows; i++)
        {
            Span<T> row = padded.Slice(i * Columns, Columns);
            if (_rowSources[i] < 0)
            {
                row.Clear();
                continue;
            }

            ReadOnlySpan<T> source = plane.Slice(_rowSources[i] * _columns, _columns);
            source.CopyTo(row[margin..]);
            for (int j = 0; j < margin; j++)
            {
                row[j] = At(source, _columnSources[j]);
                row[Columns - 1 - j] = At(source, _columnSources[Columns - 1 - j]);
            }
        }
    }

    /// <summary><c>plane = P^T padded</c>.</summary>
    public void Fold<T>(ReadOnlySpan<T> padded, Span<T> plane)
        where T : struct, IFloatingPointIeee754<T>
    {
        int margin = (Columns - _columns) / 2;
        plane.Clear();
        for (int i = 0; i < Rows; i++)
        {
            if (_rowSources[i] < 0)
            {
                continue;
            }

            Span<T> row = plane.Slice(_rowSources[i] * _columns, _columns);
            ReadOnlySpan<T> source = padded.Slice(i * Columns, Columns);
            Kernels.Add(source.Slice(margin, _columns), row, row);
            for (int j = 0; j < margin && _columnSources[j] >= 0; j++)
            {
                row[_columnSources[j]] += source[j];
                row[_columnSources[Columns - 1 - j]] += source[Columns - 1 - j];
            }
        }
    }

    private static T At<T>(ReadOnlySpan<T> source, int place)
        where T : struct => place < 0 ? default : source[place];

    private static int[] Sources(int extent, int margin, Boundary boundary)
    {
        var sources = new int[extent + (2 * margin)];
        int period = boundary == Boundary.Periodic ? extent : 2 * extent;
        for (int i = 0; i < sources.Length; i++)
        {
            int position = ((i - margin) % period + period) % period;
            sources[i] = position < extent ? position : period - 1 - position;
            if (boundary == Boundary.Zero && (i < margin || i >= margin + extent))
            {
                sources[i] = -1;
            }
        }

        return sources;
    }
}
