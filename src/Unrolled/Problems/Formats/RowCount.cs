namespace Unrolled.Problems.Formats;

/// <summary>How far a reader of rows is: refuses rows of a wrong length and rows behind the last.</summary>
/// <param name="layout">The image.</param>
internal sealed class RowCount(RasterLayout layout)
{
    /// <summary>How many rows were read.</summary>
    public int Done { get; private set; }

    /// <summary>Requires that there is a next row and that the span is as long as it.</summary>
    public void RequireNext(ReadOnlySpan<float> samples)
    {
        if (samples.Length != layout.RowSamples)
        {
            throw new ArgumentException($"the span has {samples.Length} numbers, a row has {layout.RowSamples}", nameof(samples));
        }

        if (Done == layout.Rows)
        {
            throw new InvalidOperationException($"all {layout.Rows} rows have been read");
        }
    }

    /// <summary>Counts a row that was read; true for the last one.</summary>
    public bool Advance() => ++Done == layout.Rows;
}
