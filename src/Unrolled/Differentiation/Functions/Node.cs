namespace Unrolled.Differentiation;

/// <summary>
/// One value of an expression graph. Operands are indices of earlier nodes, so the order of the nodes is an order of evaluation.
/// For an input, <c>A</c> is the vector and <c>B</c> the component; for a constant, <c>Bits</c> is the double.
/// </summary>
internal readonly record struct Node(Operation Operation, int A = -1, int B = -1, int C = -1, long Bits = 0)
{
    /// <summary>The number of a constant node.</summary>
    public double Value => BitConverter.Int64BitsToDouble(Bits);

    /// <summary>How many operands are nodes.</summary>
    public int OperandCount => Operation switch
    {
        Operation.Constant or Operation.Input => 0,
        Operation.MultiplyAdd or Operation.Select => 3,
        Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Divide or Operation.Minimum or Operation.Maximum
            or Operation.Less or Operation.Atan2 or Operation.Power => 2,
        _ => 1,
    };

    /// <summary>Operand 0, 1 or 2.</summary>
    public int Operand(int position) => position switch { 0 => A, 1 => B, _ => C };
}
