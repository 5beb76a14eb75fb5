namespace Unrolled.Numerics;

/// <summary>
/// A grid of cells made by joining blocks of 2 x 2 cells again and again: all cells have the same size but for the last row and column of odd extents,
/// which are smaller. The reciprocal sizes and distances of a finite-volume operator that loses nothing at these.
/// </summary>
internal sealed class FiniteVolumeGrid
{
    private readonly double[] _widths;
    private readonly double[] _heights;

    /// <summary>A grid of unit cells.</summary>
    public FiniteVolumeGrid(int rows, int columns)
        : this(Ones(rows), Ones(columns))
    {
    }

    private FiniteVolumeGrid(double[] heights, double[] widths)
    {
        (_heights, _widths) = (heights, widths);
        InverseHeights = [.. heights.Select(h => 1 / h)];
        InverseWidths = [.. widths.Select(w => 1 / w)];
        InverseBelow = Distances(heights);
        InverseRight = Distances(widths);
    }

    public int Rows => _heights.Length;

    public int Columns => _widths.Length;

    public double[] InverseHeights { get; }

    public double[] InverseWidths { get; }

    /// <summary>One over the distance to the next center below; 0 at the last row.</summary>
    public double[] InverseBelow { get; }

    /// <summary>One over the distance to the next center to the right; 0 at the last column.</summary>
    public double[] InverseRight { get; }

    /// <summary>The grid of blocks of 2 x 2 cells.</summary>
    public FiniteVolumeGrid Coarser() => new(Pairs(_heights), Pairs(_widths));

    private static double[] Ones(int count)
    {
        var ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private static double[] Pairs(double[] sizes)
    {
        var pairs = new double[(sizes.Length + 1) / 2];
        for (int i = 0; i < sizes.Length; i++)
        {
            pairs[i / 2] += sizes[i];
        }

        return pairs;
    }

    private static double[] Distances(double[] sizes)
    {
        var inverse = new double[sizes.Length];
        for (int i = 0; i + 1 < sizes.Length; i++)
        {
            inverse[i] = 2 / (sizes[i] + sizes[i + 1]);
        }

        return inverse;
    }
}
