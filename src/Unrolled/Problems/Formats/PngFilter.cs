using Unrolled.Numerics;

namespace Unrolled.Problems.Formats;

/// <summary>The five filters of PNG, which replace a byte by its difference to a prediction from the left, above and the corner between.</summary>
/// <remarks>Reference: ISO/IEC 15948, section 9.</remarks>
internal static class PngFilter
{
    /// <summary>How many filters there are.</summary>
    public const int Count = 5;

    /// <summary>Turns differences back into bytes.</summary>
    /// <param name="filter">Which filter, below <see cref="Count"/>.</param>
    /// <param name="row">The differences; becomes the bytes.</param>
    /// <param name="above">The bytes of the row above; zeros for the first.</param>
    /// <param name="pixel">The bytes of a pixel.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixel)
    {
        switch (filter)
        {
            case 1:
                PredictionKernels.Add<LeftPrediction>(row, above, pixel);
                break;
            case 2:
                PredictionKernels.AddAbove(row, above);
                break;
            case 3:
                PredictionKernels.Add<MeanPrediction>(row, above, pixel);
                break;
            case 4:
                PredictionKernels.Add<PaethPrediction>(row, above, pixel);
                break;
        }
    }

    /// <summary>Turns bytes into differences, and returns the sum of their magnitudes as signed bytes: small is likely to compress well.</summary>
    /// <param name="filter">Which filter, below <see cref="Count"/>.</param>
    /// <param name="row">The bytes.</param>
    /// <param name="above">The bytes of the row above; zeros for the first.</param>
    /// <param name="pixel">The bytes of a pixel.</param>
    /// <param name="filtered">Becomes the differences.</param>
    public static long Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixel, Span<byte> filtered) => filter switch
    {
        1 => PredictionKernels.Subtract<LeftPrediction>(row, above, pixel, filtered),
        2 => PredictionKernels.Subtract<AbovePrediction>(row, above, pixel, filtered),
        3 => PredictionKernels.Subtract<MeanPrediction>(row, above, pixel, filtered),
        4 => PredictionKernels.Subtract<PaethPrediction>(row, above, pixel, filtered),
        _ => PredictionKernels.Subtract<ZeroPrediction>(row, above, pixel, filtered),
    };
}
