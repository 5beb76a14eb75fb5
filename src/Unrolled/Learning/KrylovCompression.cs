using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Learning;

/// <summary>
/// A whole training set of linear systems replaced by one small problem with the same loss. Seen together, the systems
/// are one large system with a block-diagonal operator; its Krylov space from all right-hand sides at once has an
/// orthonormal basis in which the operator is a <c>K x K</c> matrix, and for every polynomial <c>q</c> of degree below
/// <c>K</c> the sum of <c>||q(A_i) b_i||^2</c> over all systems is that of the small one.
/// </summary>
/// <remarks>
/// <para>With <c>K = n T + 1</c> the loss of <c>T</c> unrolled iterations of degree <c>n</c>, and its gradient, are exact
/// up to rounding; afterwards training costs the same for ten systems of five unknowns as for a million of a thousand.
/// Where all operators are symmetric the small matrix is diagonalized: the nodes and weights are those of the Gauss
/// quadrature of the accumulated spectral measure.</para>
/// <para>Work: <c>K</c> products with every operator, and <c>K^2</c> inner products over the whole set (Gram-Schmidt,
/// twice). Storage: <c>K + 1</c> vectors of the whole set.</para>
/// <para>Lanczos, J. Res. NBS 45 (1950) 255, doi:10.6028/jres.045.026; Golub and Welsch, Math. Comp. 23 (1969) 221,
/// doi:10.1090/S0025-5718-69-99647-1.</para>
/// </remarks>
public sealed class KrylovCompression
{
    private KrylovCompression(Matrix projected, double norm, bool symmetric, int samples)
    {
        Projected = projected;
        Norm = norm;
        Symmetric = symmetric;
        Samples = samples;
    }

    /// <summary>The operator in the orthonormal basis: upper Hessenberg, tridiagonal where symmetric; <c>K x K</c>.</summary>
    public Matrix Projected { get; }

    /// <summary>The norm of all right-hand sides together.</summary>
    public double Norm { get; }

    /// <summary>Whether every operator is declared symmetric.</summary>
    public bool Symmetric { get; }

    /// <summary>How many systems were compressed; losses are means over them.</summary>
    public int Samples { get; }

    /// <summary>
    /// The small problem: <c>K</c> scalar equations where the operators are symmetric, one system of <c>K</c> unknowns
    /// otherwise. Its sum of squared residuals over all instances is that of the whole training set.
    /// </summary>
    public LinearSystem System => Symmetric ? Scalar() : Dense();

    /// <summary>The nodes and weights of the spectral measure, for symmetric operators.</summary>
    public (double[] Nodes, double[] Weights) Measure()
    {
        int k = Projected.Rows;
        double[] diagonal = new double[k], off = new double[Math.Max(0, k - 1)], nodes = new double[k], weights = new double[k];
        for (int i = 0; i < k; i++)
        {
            diagonal[i] = Projected[i, i];
            if (i > 0)
            {
                off[i - 1] = Projected[i, i - 1];
            }
        }

        SymmetricEigen.Tridiagonal(diagonal, off, nodes, weights);
        for (int i = 0; i < k; i++)
        {
            weights[i] = Norm * Norm * weights[i] * weights[i];
        }

        return (nodes, weights);
    }

    /// <summary>Compresses a training set so that polynomials of degree below <paramref name="size"/> are exact.</summary>
    /// <param name="systems">The systems; they are preconditioned where they have a preconditioner.</param>
    /// <param name="size">The largest size <c>K</c>; it is less where the Krylov space ends earlier.</param>
    /// <param name="cancellationToken">Looked at before every product with the operators.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static KrylovCompression Of(LinearSystem systems, int size, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(systems);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        bool symmetric = systems.Preconditioner is null && systems.Operator.Properties.HasFlag(OperatorProperties.Symmetric);
        Batch start = Batch.Zeros(systems.Components, systems.Instances);
        Precondition(systems, systems.RightHandSide, start);
        double norm = Math.Sqrt(Kernels.Dot<double>(start.Values, start.Values));
        var basis = new List<Batch>();
        var columns = new List<double[]>();
        Batch next = start;
        double length = norm;
        Batch image = Batch.Zeros(systems.Components, systems.Instances);
        while (basis.Count < size && length > 1e-14 * (columns.Count == 0 ? 0 : columns.Max(c => c.Max(Math.Abs))) && length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Kernels.Multiply(1 / length, next.Values, next.Values);
            basis.Add(next);
            next = Batch.Zeros(systems.Components, systems.Instances);
            systems.Operator.Apply(basis[^1], image);
            Precondition(systems, image, next);
            double[] column = new double[basis.Count + 1];
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i < basis.Count; i++)
                {
                    double h = Kernels.Dot<double>(basis[i].Values, next.Values);
                    column[i] += h;
                    Kernels.MultiplyAdd<double>(-h, basis[i].Values, next.Values, next.Values);
                }
            }

            length = column[^1] = Math.Sqrt(Kernels.Dot<double>(next.Values, next.Values));
            columns.Add(column);
        }

        return new KrylovCompression(Project(columns, symmetric), norm, symmetric, systems.Instances);
    }

    private static Matrix Project(List<double[]> columns, bool symmetric)
    {
        int k = columns.Count;
        var projected = new Matrix(k, k);
        for (int j = 0; j < k; j++)
        {
            for (int i = symmetric ? j : 0; i <= Math.Min(j + 1, k - 1); i++)
            {
                projected[i, j] = columns[j][i];
                if (symmetric)
                {
                    projected[j, i] = columns[j][i];
                }
            }
        }

        return projected;
    }

    private static void Precondition(LinearSystem systems, Batch from, Batch to)
    {
        if (systems.Preconditioner is null)
        {
            from.CopyTo(to);
        }
        else
        {
            systems.Preconditioner.Apply(from, to);
        }
    }

    private LinearSystem Scalar()
    {
        (double[] nodes, double[] weights) = Measure();
        int padded = (nodes.Length + 7) / 8 * 8; // whole registers; the padding equations are 1 x = 0
        Batch lambda = Batch.Zeros(1, padded), beta = Batch.Zeros(1, padded);
        lambda.Values.Fill(1);
        for (int i = 0; i < nodes.Length; i++)
        {
            lambda[0, i] = nodes[i];
            beta[0, i] = Math.Sqrt(weights[i]);
        }

        return SpectralForm.Scalar(lambda, beta);
    }

    private LinearSystem Dense()
    {
        int k = Projected.Rows;
        Batch b = Batch.Zeros(k, 1);
        b[0, 0] = Norm;
        return new LinearSystem(new DenseOperator(k, k, Batch.Of(Projected.AsSpan())), b);
    }
}
