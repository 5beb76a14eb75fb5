namespace Unrolled.Tests.Laws;

/// <summary>What a method needs of a system, or a system offers, from the special to the general.</summary>
internal enum SystemClass
{
    /// <summary>Symmetric positive definite.</summary>
    PositiveDefinite,

    /// <summary>Symmetric.</summary>
    Symmetric,

    /// <summary>Any nonsingular system.</summary>
    General,
}
