namespace Unrolled.Problems.Formats;

/// <summary>What the channels of an image are; the value is their number.</summary>
public enum RasterKind
{
    /// <summary>Gray levels.</summary>
    Gray = 1,

    /// <summary>Gray levels and opacity.</summary>
    GrayAlpha = 2,

    /// <summary>Red, green, blue.</summary>
    Rgb = 3,

    /// <summary>Red, green, blue and opacity.</summary>
    Rgba = 4,
}
