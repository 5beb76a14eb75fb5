namespace Unrolled.Problems.Families;

/// <summary>The distributions that a number of a family can have.</summary>
public enum DistributionKind
{
    /// <summary>Always the same number.</summary>
    Constant,

    /// <summary>Uniform between two ends.</summary>
    Uniform,

    /// <summary>Normal with a mean and a standard deviation.</summary>
    Normal,
}
