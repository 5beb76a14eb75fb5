using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Differentiation;

/// <summary>
/// The vector registers of the machine. Eight instances fill one register, two or four; arithmetic is done part by part, which
/// rounds every lane the same way, and everything else on the parts joined to eight lanes.
/// </summary>
internal sealed record MachineVector(
    [property: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)]
    [param: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)]
    Type Type,
    int Parts, int Registers, MethodInfo Broadcast, MethodInfo? Join, MethodInfo[] Take)
{
    /// <summary>Eight lanes in a register.</summary>
    public static MachineVector Wide { get; } = new(typeof(V), 1, 32, ((Func<double, V>)Vector512.Create).Method, null, []);

    /// <summary>Four lanes in a register.</summary>
    public static MachineVector Half { get; } = new(
        typeof(Vector256<double>), 2, 16, ((Func<double, Vector256<double>>)Vector256.Create).Method,
        ((Func<Vector256<double>, Vector256<double>, V>)Vector512.Create).Method,
        [((Func<V, Vector256<double>>)Vector512.GetLower).Method, ((Func<V, Vector256<double>>)Vector512.GetUpper).Method]);

    /// <summary>Two lanes in a register.</summary>
    public static MachineVector Quarter { get; } = new(
        typeof(Vector128<double>), 4, 16, ((Func<double, Vector128<double>>)Vector128.Create).Method,
        ((Func<Vector128<double>, Vector128<double>, Vector128<double>, Vector128<double>, V>)JoinQuarters).Method,
        [.. new Func<V, Vector128<double>>[] { First, Second, Third, Fourth }.Select(f => f.Method)]);

    /// <summary>The widest that this machine has.</summary>
    public static MachineVector Native => Vector512.IsHardwareAccelerated ? Wide : Vector256.IsHardwareAccelerated ? Half
        : Vector128.IsHardwareAccelerated ? Quarter : Wide;

    /// <summary>Lanes of one register.</summary>
    public int Lanes => V.Count / Parts;

    /// <summary>The instruction of an operation on one register; nothing if it needs all eight lanes together.</summary>
    public MethodInfo? Instruction(Operation operation) => operation switch
    {
        Operation.Negate => Type.GetMethod("op_UnaryNegation", [Type]),
        Operation.Add => Type.GetMethod("op_Addition", [Type, Type]),
        Operation.Subtract => Type.GetMethod("op_Subtraction", [Type, Type]),
        Operation.Multiply => Type.GetMethod("op_Multiply", [Type, Type]),
        Operation.Divide => Type.GetMethod("op_Division", [Type, Type]),
        Operation.SquareRoot => Parts switch
        {
            1 => ((Func<V, V>)Vector512.Sqrt).Method,
            2 => ((Func<Vector256<double>, Vector256<double>>)Vector256.Sqrt).Method,
            _ => ((Func<Vector128<double>, Vector128<double>>)Vector128.Sqrt).Method,
        },
        Operation.MultiplyAdd => Parts switch
        {
            1 => ((Func<V, V, V, V>)Vector512.FusedMultiplyAdd).Method,
            2 => ((Func<Vector256<double>, Vector256<double>, Vector256<double>, Vector256<double>>)Vector256.FusedMultiplyAdd).Method,
            _ => ((Func<Vector128<double>, Vector128<double>, Vector128<double>, Vector128<double>>)Vector128.FusedMultiplyAdd).Method,
        },
        _ => null,
    };

    private static V JoinQuarters(Vector128<double> a, Vector128<double> b, Vector128<double> c, Vector128<double> d) =>
        Vector512.Create(Vector256.Create(a, b), Vector256.Create(c, d));

    private static Vector128<double> First(V v) => v.GetLower().GetLower();

    private static Vector128<double> Second(V v) => v.GetLower().GetUpper();

    private static Vector128<double> Third(V v) => v.GetUpper().GetLower();

    private static Vector128<double> Fourth(V v) => v.GetUpper().GetUpper();
}
