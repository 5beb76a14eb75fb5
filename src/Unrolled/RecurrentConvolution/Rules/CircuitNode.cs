namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>What a node of a <see cref="Circuit"/> is.</summary>
internal enum CircuitGate
{
    /// <summary>The constant 0.</summary>
    Constant,

    /// <summary>An input, numbered by A.</summary>
    Input,

    /// <summary>A and B.</summary>
    And,

    /// <summary>A exclusive-or B, neither complemented.</summary>
    Xor,

    /// <summary>B where A is 1, C where it is 0; A and C are not complemented.</summary>
    Select,
}

/// <summary>A node of a <see cref="Circuit"/> and its operands as edges.</summary>
internal readonly record struct CircuitNode(CircuitGate Gate, int A, int B, int C)
{
    /// <summary>The edges that this node reads.</summary>
    public int[] Operands() => Gate switch
    {
        CircuitGate.And or CircuitGate.Xor => [A, B],
        CircuitGate.Select => [A, B, C],
        _ => [],
    };
}
