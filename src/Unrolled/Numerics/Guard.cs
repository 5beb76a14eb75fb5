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

    /// <summary>The shapes of <c>destination = A x</c>, checked before kernels that trust them touch memory.</summary>
    public static void Product(int rows, int columns, int instances, Batch x, Batch destination)
    {
        if (x.Components != columns || destination.Components != rows || x.Instances != destination.Instances
            || (instances != 1 && instances != x.Instances))
        {
            throw new ArgumentException(
                $"x is {x.Components} x {x.Instances} and the destination {destination.Components} x {destination.Instances} " +
                $"(components x instances), A is {rows} x {columns} with {instances} instances");
        }
    }
}
