namespace Unrolled.Problems.Images;

/// <summary>Whether an estimate is kept in the range of the values before it is compared.</summary>
public enum Clipping
{
    /// <summary>Values outside of the range become its ends, as when the image is shown or stored. The usual protocol for images.</summary>
    Range,

    /// <summary>The estimate as it is. The protocol for signals.</summary>
    None,
}
