using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>An orthonormal basis of the kernels of one parity: even or odd along rows, and even or odd along columns, for every channel.</summary>
internal sealed class ParityBasis
{
    private readonly List<(int Position, int Coordinate, double Entry)> _entries = [];

    /// <summary>The basis for a shape of kernels.</summary>
    /// <param name="channels">The number of channels.</param>
    /// <param name="rows">The height, odd.</param>
    /// <param name="columns">The width, odd.</param>
    /// <param name="parity">Bit 0 says odd along columns, bit 1 odd along rows.</param>
    public ParityBasis(int channels, int rows, int columns, int parity)
    {
        int alongColumns = (parity & 1) == 0 ? 1 : -1, alongRows = (parity & 2) == 0 ? 1 : -1;
        for (int s = 0; s < channels; s++)
        {
            // an odd function vanishes in the middle
            for (int a = 0; a < (alongRows > 0 ? rows + 1 : rows - 1) / 2; a++)
            {
                for (int b = 0; b < (alongColumns > 0 ? columns + 1 : columns - 1) / 2; b++, Count++)
                {
                    AddOrbit(s * rows * columns, (a, rows - 1 - a, alongRows), (b, columns - 1 - b, alongColumns), columns);
                }
            }
        }
    }

    /// <summary>How many functions it has.</summary>
    public int Count { get; private set; }

    /// <summary>The coordinates of the part of a kernel that has the parity.</summary>
    public void Project(ReadOnlySpan<double> kernel, Span<double> coordinates)
    {
        coordinates.Clear();
        foreach ((int position, int coordinate, double entry) in _entries)
        {
            coordinates[coordinate] += entry * kernel[position];
        }
    }

    /// <summary>Adds a multiple of the kernel with some coordinates.</summary>
    public void Accumulate(double weight, ReadOnlySpan<double> coordinates, Span<double> kernel)
    {
        foreach ((int position, int coordinate, double entry) in _entries)
        {
            kernel[position] += weight * entry * coordinates[coordinate];
        }
    }

    private void AddOrbit(int start, (int Own, int Mirrored, int Sign) row, (int Own, int Mirrored, int Sign) column, int columns)
    {
        (int At, int Sign)[] rows = row.Own == row.Mirrored ? [(row.Own, 1)] : [(row.Own, 1), (row.Mirrored, row.Sign)];
        (int At, int Sign)[] others = column.Own == column.Mirrored ? [(column.Own, 1)] : [(column.Own, 1), (column.Mirrored, column.Sign)];
        double entry = 1 / Math.Sqrt(rows.Length * others.Length);
        foreach ((int a, int rowSign) in rows)
        {
            foreach ((int b, int columnSign) in others)
            {
                _entries.Add((start + (a * columns) + b, Count, rowSign * columnSign * entry));
            }
        }
    }
}
