using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Learning;

/// <summary>
/// Linear systems with symmetric operators, seen in their eigenbases: every iterate of a stationary method is a
/// polynomial in <c>A</c> applied to the first residual, so a system of <c>m</c> unknowns is <c>m</c> scalar equations
/// <c>lambda x = beta</c>, and a loss made of residual norms is the same, with the same gradient.
/// </summary>
public static class SpectralForm
{
    /// <summary>
    /// The <c>m N</c> scalar equations of <c>N</c> systems that share a symmetric dense matrix; a product then costs
    /// <c>m</c> multiplications instead of <c>m^2</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The systems do not share one dense matrix that is declared symmetric.</exception>
    public static LinearSystem Decouple(LinearSystem systems)
    {
        ArgumentNullException.ThrowIfNull(systems);
        if (systems.Operator is not DenseOperator { Instances: 1 } a || !a.Properties.HasFlag(OperatorProperties.Symmetric))
        {
            throw new ArgumentException("the systems must share one dense matrix that is declared symmetric");
        }

        int m = systems.Components, instances = systems.Instances;
        var matrix = new Matrix(m, m);
        a.Entries.Values.CopyTo(matrix.AsSpan());
        SymmetricEigen eigen = SymmetricEigen.Decompose(matrix);
        Batch lambda = Batch.Zeros(1, m * instances), beta = Batch.Zeros(1, m * instances);
        for (int k = 0; k < m; k++)
        {
            lambda.Values.Slice(k * instances, instances).Fill(eigen.Values[k]);
            ReadOnlySpan<double> vector = eigen.Vector(k);
            Span<double> row = beta.Values.Slice(k * instances, instances);
            for (int i = 0; i < m; i++)
            {
                Kernels.MultiplyAdd<double>(vector[i], systems.RightHandSide.Row(i), row, row);
            }
        }

        return Scalar(lambda, beta);
    }

    /// <summary>Scalar equations <c>lambda_s x_s = beta_s</c>, one per instance.</summary>
    internal static LinearSystem Scalar(Batch lambda, Batch beta) =>
        new(new DenseOperator(1, 1, lambda, OperatorProperties.Symmetric), beta);
}
