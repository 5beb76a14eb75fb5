using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Predicts a byte from those to the left, above, and in the corner between: one byte, or a register of them with the same results.</summary>
internal interface IPrediction
{
    static abstract byte Of(int left, int above, int corner);

    static abstract Vector256<byte> Of(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner);
}
