namespace Unrolled.Diffusion.Networks;

/// <summary>What a parameter of a network must obey, so that a trainer can keep it by construction.</summary>
public enum NumberConstraint
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It lies between a least value, 0 unless one is named, and 1.</summary>
    Fraction,

    /// <summary>It and those that follow it in its row are not negative and sum to 1.</summary>
    Simplex,
}
