using System.Runtime.CompilerServices;

namespace Unrolled.Numerics;

/// <summary>Checks at public entries whose messages carry both numbers.</summary>
internal static class Guard
{
    public static void SameShape(Batch first, Batch second,
        [CallerArgumentExpression(nameof(first))] string? firstName = null,
        [CallerArgumentExpression(nameof(second))] string? secondName = null)
    {
        if (first.Components != second.Components || first.Instances != second.Instances)
        {
            throw new ArgumentException(
                $"{secondName} is {second.Components} x {second.Instances} (components x instances), " +
                $"{firstName} is {first.Components} x {first.Instances}");
        }
    }

    public static void Equal(int actual, int expected, string actualName, string expectedName)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{actualName} is {actual}, {expectedName} is {expected}");
        }
    }
}
