using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Differentiation;

/// <summary>
/// The one table from operations to the vector code that computes them. Constant folding, the interpreter and the compiler all
/// read it, which is why they give the same bits.
/// </summary>
internal static class LaneOperations
{
    /// <summary>Applies an operation to eight lanes; operands an operation does not have are ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V Apply(Operation operation, V a, V b, V c) => operation switch
    {
        Operation.Negate => -a,
        Operation.Add => a + b,
        Operation.Subtract => a - b,
        Operation.Multiply => a * b,
        Operation.Divide => a / b,
        Operation.MultiplyAdd => Vector512.FusedMultiplyAdd(a, b, c),
        Operation.SquareRoot => Vector512.Sqrt(a),
        Operation.Absolute => Vector512.Abs(a),
        Operation.Sign => Elementary.Sign(a),
        Operation.Minimum => Elementary.Minimum(a, b),
        Operation.Maximum => Elementary.Maximum(a, b),
        Operation.Less => Elementary.Less(a, b),
        Operation.Select => Elementary.Select(a, b, c),
        Operation.Exp => ElementaryExponential.Exp(a),
        Operation.Log => ElementaryExponential.Log(a),
        Operation.Log10 => ElementaryExponential.Log10(a),
        Operation.Sin => ElementaryTrigonometric.Sin(a),
        Operation.Cos => ElementaryTrigonometric.Cos(a),
        Operation.Tan => ElementaryTrigonometric.Tan(a),
        Operation.Asin => ElementaryInverse.Asin(a),
        Operation.Acos => ElementaryInverse.Acos(a),
        Operation.Atan => ElementaryInverse.Atan(a),
        Operation.Atan2 => ElementaryInverse.Atan2(a, b),
        Operation.Sinh => ElementaryExponential.Sinh(a),
        Operation.Cosh => ElementaryExponential.Cosh(a),
        Operation.Tanh => ElementaryExponential.Tanh(a),
        Operation.Power => ElementaryPower.Power(a, b),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };

    /// <summary>The same on one number: one lane of the vector code.</summary>
    public static double Apply(Operation operation, double a, double b, double c) =>
        Apply(operation, Vector512.Create(a), Vector512.Create(b), Vector512.Create(c)).ToScalar();

    /// <summary>The method that the compiler calls for an operation that is not one instruction of a <see cref="MachineVector"/>.</summary>
    public static MethodInfo Method(Operation operation) => operation switch
    {
        Operation.Absolute => Unary(Vector512.Abs),
        Operation.Sign => Unary(Elementary.Sign),
        Operation.Minimum => Binary(Elementary.Minimum),
        Operation.Maximum => Binary(Elementary.Maximum),
        Operation.Less => Binary(Elementary.Less),
        Operation.Select => Ternary(Elementary.Select),
        Operation.Exp => Unary(ElementaryExponential.Exp),
        Operation.Log => Unary(ElementaryExponential.Log),
        Operation.Log10 => Unary(ElementaryExponential.Log10),
        Operation.Sin => Unary(ElementaryTrigonometric.Sin),
        Operation.Cos => Unary(ElementaryTrigonometric.Cos),
        Operation.Tan => Unary(ElementaryTrigonometric.Tan),
        Operation.Asin => Unary(ElementaryInverse.Asin),
        Operation.Acos => Unary(ElementaryInverse.Acos),
        Operation.Atan => Unary(ElementaryInverse.Atan),
        Operation.Atan2 => Binary(ElementaryInverse.Atan2),
        Operation.Sinh => Unary(ElementaryExponential.Sinh),
        Operation.Cosh => Unary(ElementaryExponential.Cosh),
        Operation.Tanh => Unary(ElementaryExponential.Tanh),
        Operation.Power => Binary(ElementaryPower.Power),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };

    private static MethodInfo Unary(Func<V, V> f) => f.Method;

    private static MethodInfo Binary(Func<V, V, V> f) => f.Method;

    private static MethodInfo Ternary(Func<V, V, V, V> f) => f.Method;
}
