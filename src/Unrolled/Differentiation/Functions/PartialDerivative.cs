namespace Unrolled.Differentiation;

/// <summary>The derivative rules, each written once and used by both modes.</summary>
internal static class PartialDerivative
{
    /// <summary>
    /// (d r / d operand) times a direction, where r is the value of an operation on a, b, c; nothing where the derivative is zero
    /// (sign and comparisons count as constant). Forward mode passes the derivative of the operand, reverse mode that of the result.
    /// </summary>
    public static Expression? Times(Operation operation, int operand, Expression direction, Expression r, Expression a, Expression b, Expression c)
    {
        Expression d = direction;
        return (operation, operand) switch
        {
            (Operation.Negate, _) => -d,
            (Operation.Add, _) => d,
            (Operation.Subtract, 0) => d,
            (Operation.Subtract, _) => -d,
            (Operation.Multiply, 0) => d * b,
            (Operation.Multiply, _) => d * a,
            (Operation.Divide, 0) => d / b,
            (Operation.Divide, _) when a.IsNumber(out double one) && one == 1 => -d * r * r, // a reciprocal: no second division
            (Operation.Divide, _) => -(d / b * r),
            (Operation.MultiplyAdd, 0) => d * b,
            (Operation.MultiplyAdd, 1) => d * a,
            (Operation.MultiplyAdd, _) => d,
            (Operation.SquareRoot, _) => d * 0.5 / r,
            (Operation.Absolute, _) => d * Expression.SignOf(a),
            (Operation.Minimum, 0) or (Operation.Maximum, 1) => Expression.Select(a, b, d, 0),
            (Operation.Minimum, 1) or (Operation.Maximum, 0) => Expression.Select(a, b, 0, d),
            (Operation.Select, 1) => Expression.Record(Operation.Select, a, d, 0),
            (Operation.Select, 2) => Expression.Record(Operation.Select, a, 0, d),
            (Operation.Exp, _) => d * r,
            (Operation.Log, _) => d / a,
            (Operation.Log10, _) => d / (a * Math.Log(10)),
            (Operation.Sin, _) => d * Expression.Cos(a),
            (Operation.Cos, _) => -(d * Expression.Sin(a)),
            (Operation.Tan, _) => d * (1 + (r * r)),
            (Operation.Asin, _) => d / Expression.Sqrt((1 - a) * (1 + a)),
            (Operation.Acos, _) => -(d / Expression.Sqrt((1 - a) * (1 + a))),
            (Operation.Atan, _) => d / (1 + (a * a)),
            (Operation.Atan2, 0) => d * (b / ((a * a) + (b * b))),
            (Operation.Atan2, _) => -(d * (a / ((a * a) + (b * b)))),
            (Operation.Sinh, _) => d * Expression.Cosh(a),
            (Operation.Cosh, _) => d * Expression.Sinh(a),
            (Operation.Tanh, _) => d * (1 - (r * r)),
            (Operation.Power, 0) => d * (b * Expression.Pow(a, b - 1)),
            (Operation.Power, _) => d * Expression.Record(Operation.Select, a, r * Expression.Log(a), 0),
            _ => null,
        };
    }
}
