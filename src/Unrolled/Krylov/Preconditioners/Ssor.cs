using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>Symmetric successive over-relaxation as a preconditioner: a forward and a backward sweep.</summary>
/// <remarks>
/// <para><c>M = (D + w L) D^-1 (D + w U) / (w (2 - w))</c> with <c>A = L + D + U</c> and <c>0 &lt; w &lt; 2</c>;
/// <c>w = 1</c> is symmetric Gauss-Seidel. Symmetric positive definite where <c>A</c> is.</para>
/// <para>Needs the entries and a diagonal without zeros.</para>
/// <para>Storage: the entries of <c>A</c>. Work per application: one fused operation per entry.</para>
/// <para>Axelsson, BIT 12 (1972) 443-467, doi:10.1007/BF01932955.</para>
/// </remarks>
public sealed class Ssor : FactoredPreconditioner
{
    private Ssor(SparseMatrix lower, SparseMatrix upper, double[] inverseDiagonal, OperatorProperties properties)
        : base(lower, upper, inverseDiagonal, properties)
    {
    }

    /// <summary>The preconditioner of an operator.</summary>
    /// <param name="a">The operator.</param>
    /// <param name="relaxation"><c>w</c>.</param>
    /// <exception cref="ArgumentException">The relaxation is outside (0, 2); the matrix is not square; an element of the
    /// diagonal is 0 or not finite, and the text names its row.</exception>
    public static Ssor Of(SparseOperator a, double relaxation = 1)
    {
        ArgumentNullException.ThrowIfNull(a);
        Guard.Equal(a.Columns, a.Rows, "the number of columns", "the number of rows");
        if (relaxation is not (> 0 and < 2))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"SSOR: the relaxation is {relaxation}; it must lie between 0 and 2"), nameof(relaxation));
        }

        // M = (I + L w D^-1) (D + w U) / (w (2 - w)): the sweeps of the first factor, then of the second.
        SparseMatrix matrix = a.Matrix;
        double[] diagonal = matrix.Diagonal(), inverse = new double[a.Rows];
        double scale = relaxation * (2 - relaxation);
        for (int i = 0; i < inverse.Length; i++)
        {
            Pivots.Check(diagonal[i], i, "SSOR");
            inverse[i] = scale / diagonal[i];
        }

        (SparseMatrix lower, SparseMatrix upper) = Triangles.Of(matrix,
            lower: (_, column, value) => value * (relaxation / diagonal[column]),
            upper: (_, _, value) => value * (relaxation / scale));
        return new Ssor(lower, upper, inverse, a.Properties);
    }
}
