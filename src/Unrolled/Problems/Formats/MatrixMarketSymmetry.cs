namespace Unrolled.Problems.Formats;

/// <summary>Which part of a matrix a Matrix Market file lists; the rest follows. Hermitian matrices are not supported.</summary>
public enum MatrixMarketSymmetry
{
    /// <summary>Everything is listed.</summary>
    General,

    /// <summary>The lower triangle is listed, diagonal included: <c>a_ij = a_ji</c>.</summary>
    Symmetric,

    /// <summary>The lower triangle is listed without the diagonal, which is zero: <c>a_ij = -a_ji</c>.</summary>
    SkewSymmetric,
}
