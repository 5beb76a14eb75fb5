using System.Collections.Immutable;

namespace Unrolled.Problems.Formats;

/// <summary>Numbers with a shape, as in an NPY file, last extent innermost.</summary>
/// <param name="Shape">The extents; none for a single number.</param>
/// <param name="Values">All numbers.</param>
/// <param name="ElementType">How the file stores them: <c>f8</c>, <c>f4</c>, <c>u1</c> and so on.</param>
public sealed record NumberArray(ImmutableArray<int> Shape, double[] Values, string ElementType);
