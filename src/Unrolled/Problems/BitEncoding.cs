namespace Unrolled.Problems;

/// <summary>How bits are written as numbers.</summary>
public enum BitEncoding
{
    /// <summary>0 and 1.</summary>
    ZeroOne,

    /// <summary>+1 for the bit 0 and -1 for the bit 1, so that a product of numbers is the exclusive-or of their bits.</summary>
    PlusMinus,
}
