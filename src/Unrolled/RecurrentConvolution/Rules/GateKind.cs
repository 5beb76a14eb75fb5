namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>What a node of a <see cref="GateExpression"/> is.</summary>
public enum GateKind
{
    /// <summary>The same value always: the table of no inputs.</summary>
    Constant,

    /// <summary>An input of the rule.</summary>
    Input,

    /// <summary><c>~a</c>.</summary>
    Not,

    /// <summary><c>a &amp; b</c>.</summary>
    And,

    /// <summary><c>a | b</c>.</summary>
    Or,

    /// <summary><c>a ^ b</c>.</summary>
    Xor,

    /// <summary>The row of a truth table that the operands number.</summary>
    Lookup,
}
