namespace Unrolled.Problems.Formats;

/// <summary>How signals stand in a text file.</summary>
public enum SignalOrientation
{
    /// <summary>One signal per line.</summary>
    Rows,

    /// <summary>One signal, one value per line.</summary>
    Column,
}
