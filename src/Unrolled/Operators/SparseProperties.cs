using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>What can be found out about a user's sparse matrix, who never declares anything.</summary>
/// <remarks>
/// Symmetry is exact equality. Definiteness of a symmetric matrix is proved by diagonal dominance or, up to
/// <see cref="LargestFactored"/> rows, decided by Cholesky's factorization; of a larger one it is believed when Lanczos'
/// process finds a positive least Ritz value that its error bound does not take below zero.
/// </remarks>
public static class SparseProperties
{
    /// <summary>The most rows for which a dense factorization is affordable (about a second).</summary>
    public const int LargestFactored = 1536;

    /// <summary>The properties of a square matrix.</summary>
    public static OperatorProperties Of(SparseMatrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        if (a.Rows != a.Columns || !a.IsSymmetric())
        {
            return OperatorProperties.None;
        }

        bool definite = Array.TrueForAll(a.Diagonal(), d => d > 0)
            && (IsStrictlyDominant(a) || (a.Rows <= LargestFactored ? HasCholesky(a) : HasPositiveRitzValues(a)));
        return OperatorProperties.Symmetric | (definite ? OperatorProperties.PositiveDefinite : OperatorProperties.None);
    }

    private static bool IsStrictlyDominant(SparseMatrix a)
    {
        for (int i = 0; i < a.Rows; i++)
        {
            double excess = 0;
            for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
            {
                excess += a.ColumnIndices[k] == i ? a.Values[k] : -Math.Abs(a.Values[k]);
            }

            if (!(excess > 0))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasCholesky(SparseMatrix a)
    {
        var dense = new Matrix(a.Rows, a.Rows);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
            {
                dense[i, a.ColumnIndices[k]] = a.Values[k];
            }
        }

        return CholeskyFactorization.TryFactor(dense, out _);
    }

    private static bool HasPositiveRitzValues(SparseMatrix a)
    {
        SpectralInterval extremes = SpectralEstimate.Extremes(new SparseOperator(a, OperatorProperties.Symmetric), new RandomStream(0), 96)[0];
        return extremes.Smallest - extremes.SmallestError > 0;
    }
}
