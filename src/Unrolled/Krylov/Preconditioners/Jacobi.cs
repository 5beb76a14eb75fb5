using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>The inverse of the diagonal as a preconditioner, for any operator that knows its diagonal, one per instance where that is so.</summary>
/// <remarks>
/// <para><c>z_i = r_i / a_ii</c>. It undoes a bad scaling of rows and does little else. Work: one multiplication per unknown.</para>
/// <para>Needs a diagonal without zeros; for CG and MINRES a positive one, which they find out themselves.</para>
/// <para>Jacobi, Astron. Nachr. 22 (1845) 297-306, doi:10.1002/asna.18450222002.</para>
/// </remarks>
public sealed class Jacobi : ILinearOperator
{
    private readonly Batch _inverse;

    private Jacobi(Batch inverse) => _inverse = inverse;

    /// <inheritdoc/>
    public int Rows => _inverse.Components;

    /// <inheritdoc/>
    public int Columns => _inverse.Components;

    /// <inheritdoc/>
    public int Instances => _inverse.Instances;

    /// <inheritdoc/>
    public OperatorProperties Properties => OperatorProperties.Symmetric;

    /// <summary>The preconditioner of an operator.</summary>
    /// <exception cref="ArgumentException">An element of the diagonal is 0 or not finite; the text names its row.</exception>
    /// <exception cref="NotSupportedException">The operator does not know its diagonal.</exception>
    public static Jacobi Of(ILinearOperator a)
    {
        ArgumentNullException.ThrowIfNull(a);
        Batch inverse = a.Diagonal();
        for (int i = 0; i < inverse.Components; i++)
        {
            Span<double> row = inverse.Row(i);
            for (int s = 0; s < row.Length; s++)
            {
                Pivots.Check(row[s], i, "Jacobi", row.Length == 1 ? null : s);
                row[s] = 1 / row[s];
            }
        }

        return new Jacobi(inverse);
    }

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, Instances, x, destination);
        TriangularKernels.Scale(_inverse, x, destination);
    }

    /// <inheritdoc/>
    public void ApplyAdjoint(Batch x, Batch destination) => Apply(x, destination);

    /// <inheritdoc/>
    public Batch Diagonal()
    {
        Batch diagonal = Batch.Zeros(Rows, Instances);
        _inverse.CopyTo(diagonal);
        return diagonal;
    }

    /// <inheritdoc/>
    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        Instances == 1 ? this : new Jacobi(_inverse.Select(instances, arena));
}
