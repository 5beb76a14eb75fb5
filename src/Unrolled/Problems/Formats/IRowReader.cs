namespace Unrolled.Problems.Formats;

/// <summary>Gives the rows of an image from top to bottom, so that the image need not fit into memory.</summary>
public interface IRowReader : IDisposable
{
    /// <summary>Extents, channels and depth.</summary>
    RasterLayout Layout { get; }

    /// <summary>Reads the next row. With the last row the rest of the file is checked.</summary>
    /// <param name="samples">Becomes the values in [0, 1]; shape (channels, columns), columns innermost.</param>
    /// <exception cref="InvalidInputException">The contents are invalid: names the first fault.</exception>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    /// <exception cref="InvalidOperationException">All rows have been read.</exception>
    void ReadRow(Span<float> samples);
}
