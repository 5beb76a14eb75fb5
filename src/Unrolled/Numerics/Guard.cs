using System.Runtime.CompilerServices;

namespace Unrolled.Numerics;

/// <summary>Checks at public entries whose messages carry both numbers.</summary>
internal static class Guard
{
    public static void SameShape(Batch first, Batch second,
        [CallerArgumentExpression(nameof(first))] string? firstName = null,
        [CallerArgumentExpression(nameof(second))] string? secondName = null)
    {
        if (first.Components != second.Components || first.Instances != second.Instances)
        {
            throw new ArgumentException(
                $"{secondName} is {second.Components} x {second.Instances} (components x instances), " +
                $"{firstName} is {first.Components} x {first.Instances}");
        }
    }

    public static void Equal(int actual, int expected, string actualName, string expectedName)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{actualName} is {actual}, {expectedName} is {expected}");
        }
    }

    /// <summary>The shapes of <c>destination = A x</c>, checked before kernels that trust them touch memory.</summary>
    public static void Product(int rows, int columns, int instances, Batch x, Batch destination)
    {
        if (x.Components != columns || destination.Components != rows || x.Instances != destination.Instances
            || (instances != 1 && instances != x.Instances))
        {
            throw new ArgumentException(
                $"x is {x.Components} x {x.Instances} and the destination {destination.Components} x {destination.Instances} " +
                $"(components x instances), A is {rows} x {columns} with {instances} instances");
        }
    }

    /// <summary>A pattern in compressed form: kernels that trust it do not check indices.</summary>
    public static void Pattern(SparsityPattern pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        (int rows, int columns, int[] start, int[] indices) = pattern;
        if (rows < 0 || columns < 0 || start.Length != rows + 1 || start[0] != 0 || start[rows] != indices.Length)
        {
            throw new ArgumentException(
                $"the pattern of {rows} rows has {start.Length} row starts for {indices.Length} entries, expected {rows + 1L} from 0 to {indices.Length}");
        }

        for (int i = 0; i < rows; i++)
        {
            if (start[i + 1] < start[i] || start[i + 1] > indices.Length)
            {
                throw new ArgumentException($"row {i} of the pattern starts at {start[i]} and ends at {start[i + 1]}");
            }

            for (int k = start[i], before = -1; k < start[i + 1]; before = indices[k++])
            {
                if (indices[k] <= before || indices[k] >= columns)
                {
                    throw new ArgumentException($"row {i} of the pattern has column {indices[k]} after {before}, expected ascending columns below {columns}");
                }
            }
        }
    }

    /// <summary>A pattern in compressed form with as many columns as rows.</summary>
    public static void SquarePattern(SparsityPattern pattern)
    {
        Pattern(pattern);
        Equal(pattern.ColumnCount, pattern.RowCount, "the number of columns", "the number of rows");
    }
}
