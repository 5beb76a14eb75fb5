namespace Unrolled.Problems.Families;

/// <summary>How examples are drawn.</summary>
public enum ExampleKind
{
    /// <summary>Every bit is 0 or 1 with equal probability.</summary>
    Uniform,

    /// <summary>Every bit is 1 with probability 1/8.</summary>
    Sparse,

    /// <summary>Random sums of max(1, d/2) uniform rows, so that the rank is small; queries lie in their span.</summary>
    LowRank,

    /// <summary>Rows from max(1, d/2) uniform ones, so that many occur twice; queries, too.</summary>
    Duplicated,
}
