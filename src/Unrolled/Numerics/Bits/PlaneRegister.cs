using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>The vector registers of the machine as bits, and the instructions that <see cref="PlaneCompiler"/> uses.</summary>
internal sealed record PlaneRegister(
    Type Type, int Words, MethodInfo And, MethodInfo AndNot, MethodInfo Or, MethodInfo Xor, MethodInfo Not, MethodInfo Select,
    MethodInfo ShiftLeft, MethodInfo ShiftRight, MethodInfo Zero, MethodInfo Differs)
{
    /// <summary>The widest that this machine has.</summary>
    public static PlaneRegister Native => Vector512.IsHardwareAccelerated ? Wide : Vector256.IsHardwareAccelerated ? Half : Quarter;

    private static PlaneRegister Wide => new(
        typeof(Vector512<ulong>), 8, ((Func<Vector512<ulong>, Vector512<ulong>, Vector512<ulong>>)Vector512.BitwiseAnd).Method, ((Func<Vector512<ulong>, Vector512<ulong>, Vector512<ulong>>)Vector512.AndNot).Method,
        ((Func<Vector512<ulong>, Vector512<ulong>, Vector512<ulong>>)Vector512.BitwiseOr).Method, ((Func<Vector512<ulong>, Vector512<ulong>, Vector512<ulong>>)Vector512.Xor).Method, ((Func<Vector512<ulong>, Vector512<ulong>>)Vector512.OnesComplement).Method,
        ((Func<Vector512<ulong>, Vector512<ulong>, Vector512<ulong>, Vector512<ulong>>)Vector512.ConditionalSelect).Method, ((Func<Vector512<ulong>, int, Vector512<ulong>>)Vector512.ShiftLeft).Method,
        ((Func<Vector512<ulong>, int, Vector512<ulong>>)Vector512.ShiftRightLogical).Method, ((Func<Vector512<ulong>>)Zero512).Method, ((Func<Vector512<ulong>, Vector512<ulong>, bool>)Differs512).Method);

    private static PlaneRegister Half => new(
        typeof(Vector256<ulong>), 4, ((Func<Vector256<ulong>, Vector256<ulong>, Vector256<ulong>>)Vector256.BitwiseAnd).Method, ((Func<Vector256<ulong>, Vector256<ulong>, Vector256<ulong>>)Vector256.AndNot).Method,
        ((Func<Vector256<ulong>, Vector256<ulong>, Vector256<ulong>>)Vector256.BitwiseOr).Method, ((Func<Vector256<ulong>, Vector256<ulong>, Vector256<ulong>>)Vector256.Xor).Method, ((Func<Vector256<ulong>, Vector256<ulong>>)Vector256.OnesComplement).Method,
        ((Func<Vector256<ulong>, Vector256<ulong>, Vector256<ulong>, Vector256<ulong>>)Vector256.ConditionalSelect).Method, ((Func<Vector256<ulong>, int, Vector256<ulong>>)Vector256.ShiftLeft).Method,
        ((Func<Vector256<ulong>, int, Vector256<ulong>>)Vector256.ShiftRightLogical).Method, ((Func<Vector256<ulong>>)Zero256).Method, ((Func<Vector256<ulong>, Vector256<ulong>, bool>)Differs256).Method);

    private static PlaneRegister Quarter => new(
        typeof(Vector128<ulong>), 2, ((Func<Vector128<ulong>, Vector128<ulong>, Vector128<ulong>>)Vector128.BitwiseAnd).Method, ((Func<Vector128<ulong>, Vector128<ulong>, Vector128<ulong>>)Vector128.AndNot).Method,
        ((Func<Vector128<ulong>, Vector128<ulong>, Vector128<ulong>>)Vector128.BitwiseOr).Method, ((Func<Vector128<ulong>, Vector128<ulong>, Vector128<ulong>>)Vector128.Xor).Method, ((Func<Vector128<ulong>, Vector128<ulong>>)Vector128.OnesComplement).Method,
        ((Func<Vector128<ulong>, Vector128<ulong>, Vector128<ulong>, Vector128<ulong>>)Vector128.ConditionalSelect).Method, ((Func<Vector128<ulong>, int, Vector128<ulong>>)Vector128.ShiftLeft).Method,
        ((Func<Vector128<ulong>, int, Vector128<ulong>>)Vector128.ShiftRightLogical).Method, ((Func<Vector128<ulong>>)Zero128).Method, ((Func<Vector128<ulong>, Vector128<ulong>, bool>)Differs128).Method);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Zero512() => Vector512<ulong>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Differs512(Vector512<ulong> a, Vector512<ulong> b) => a != b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Zero256() => Vector256<ulong>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Differs256(Vector256<ulong> a, Vector256<ulong> b) => a != b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Zero128() => Vector128<ulong>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Differs128(Vector128<ulong> a, Vector128<ulong> b) => a != b;
}
