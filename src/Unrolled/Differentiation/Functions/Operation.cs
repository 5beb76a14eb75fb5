namespace Unrolled.Differentiation;

/// <summary>What a node of an expression graph computes from its operands a, b, c. Every one has the same bits on every processor.</summary>
internal enum Operation : byte
{
    /// <summary>A number; its bits are in the node.</summary>
    Constant,

    /// <summary>Component b of input vector a.</summary>
    Input,

    /// <summary>-a.</summary>
    Negate,

    /// <summary>a + b.</summary>
    Add,

    /// <summary>a - b.</summary>
    Subtract,

    /// <summary>a * b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>a * b + c with one rounding; only where the author asked for it.</summary>
    MultiplyAdd,

    /// <summary>Square root.</summary>
    SquareRoot,

    /// <summary>|a|.</summary>
    Absolute,

    /// <summary>-1, 1, or a itself at zeros and NaN.</summary>
    Sign,

    /// <summary>a if a &lt; b or a is NaN, else b.</summary>
    Minimum,

    /// <summary>a if a > b or a is NaN, else b.</summary>
    Maximum,

    /// <summary>1 where a &lt; b, else 0.</summary>
    Less,

    /// <summary>b where a is not zero, else c.</summary>
    Select,

    /// <summary>e^a.</summary>
    Exp,

    /// <summary>Natural logarithm.</summary>
    Log,

    /// <summary>Decimal logarithm.</summary>
    Log10,

    /// <summary>Sine.</summary>
    Sin,

    /// <summary>Cosine.</summary>
    Cos,

    /// <summary>Tangent.</summary>
    Tan,

    /// <summary>Arc sine.</summary>
    Asin,

    /// <summary>Arc cosine.</summary>
    Acos,

    /// <summary>Arc tangent.</summary>
    Atan,

    /// <summary>Angle of the point (b, a).</summary>
    Atan2,

    /// <summary>Hyperbolic sine.</summary>
    Sinh,

    /// <summary>Hyperbolic cosine.</summary>
    Cosh,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>a^b.</summary>
    Power,
}
