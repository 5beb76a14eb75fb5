namespace Unrolled.Problems.Formats;

/// <summary>Takes the rows of an image from top to bottom, so that the image need not fit into memory.</summary>
public interface IRowWriter : IDisposable
{
    /// <summary>Extents, channels and depth.</summary>
    RasterLayout Layout { get; }

    /// <summary>Writes the next row.</summary>
    /// <param name="samples">Finite values, those outside [0, 1] as its ends; shape (channels, columns), columns innermost.</param>
    /// <exception cref="ArgumentException">The span has another length, or a value is not finite.</exception>
    /// <exception cref="InvalidOperationException">All rows have been written.</exception>
    void WriteRow(ReadOnlySpan<float> samples);

    /// <summary>Ends the image; a file appears under its name now. Disposing without it leaves the target untouched.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    void Complete();
}
