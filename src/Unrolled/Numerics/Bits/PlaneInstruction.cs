namespace Unrolled.Numerics;

/// <summary>What a <see cref="PlaneInstruction"/> does to all bits of its operands.</summary>
internal enum PlaneOperation
{
    /// <summary><c>a &amp; b</c>.</summary>
    And,

    /// <summary><c>a &amp; ~b</c>.</summary>
    AndNot,

    /// <summary><c>~(a | b)</c>.</summary>
    Nor,

    /// <summary><c>a ^ b</c>.</summary>
    Xor,

    /// <summary><c>a ? b : c</c>, bit by bit.</summary>
    Select,

    /// <summary><c>a ? ~b : c</c>, bit by bit.</summary>
    SelectNot,
}

/// <summary>How an input is taken from its plane.</summary>
internal enum PlaneShift
{
    /// <summary>As it is.</summary>
    None,

    /// <summary>Every bit from the next lower place, across words.</summary>
    Up,

    /// <summary>Every bit from the next higher place, across words.</summary>
    Down,
}

/// <summary>An operation on bit planes: inputs are numbered first, then outputs, then scratch planes.</summary>
internal readonly record struct PlaneInstruction(PlaneOperation Operation, int Destination, int A, int B, int C);
