namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>What the head does after it has written.</summary>
public enum TuringMove
{
    /// <summary>One cell to the left.</summary>
    Left = -1,

    /// <summary>Nothing.</summary>
    Stay = 0,

    /// <summary>One cell to the right.</summary>
    Right = 1,
}
