using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>The eight flips and quarter turns of a patch: number <c>k</c> of 0..7 turns by <c>k mod 4</c> quarters, and mirrors from 4 on.</summary>
internal static class Orientation
{
    /// <summary>How many there are.</summary>
    public const int Count = 8;

    /// <summary>Copies a patch of an image in an orientation. For odd quarters the patch has the destination's extents exchanged.</summary>
    /// <param name="image">The plane of the image.</param>
    /// <param name="imageColumns">Its columns.</param>
    /// <param name="row">The first row of the patch.</param>
    /// <param name="column">The first column of the patch.</param>
    /// <param name="orientation">Which of the eight.</param>
    /// <param name="destination">Receives the patch; shape (rows, columns).</param>
    /// <param name="columns">The columns of the destination.</param>
    public static void Copy(ReadOnlySpan<float> image, int imageColumns, int row, int column, int orientation, Span<float> destination, int columns)
    {
        int rows = destination.Length / columns;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int x = orientation >= 4 ? columns - 1 - j : j;
                (int y, int z) = (orientation & 3) switch
                {
                    0 => (i, x),
                    1 => (x, rows - 1 - i),
                    2 => (rows - 1 - i, columns - 1 - x),
                    _ => (columns - 1 - x, i),
                };
                destination[(i * columns) + j] = image[((row + y) * imageColumns) + column + z];
            }
        }
    }
}
