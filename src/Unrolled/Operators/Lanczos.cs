using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// The Lanczos process with full reorthogonalization: an orthonormal basis of the Krylov space of a symmetric operator, in
/// which the operator is tridiagonal, for every instance of a batch at once.
/// </summary>
/// <remarks>
/// <para>After m steps <c>A V = V T + beta e_m^T</c>. Eigenvalues of <c>T</c> (Ritz values) lie within <c>[lambda_min,
/// lambda_max]</c>, and an eigenvalue of <c>A</c> lies within <c>beta |last component of the eigenvector of T|</c> of each.</para>
/// <para>The Ritz values with <c>|start|^2</c> times the squared first components are the Gauss quadrature of the spectral
/// measure of the start: <c>start^T p(A) start</c> exactly for polynomials of degree up to 2 m - 1.</para>
/// <para>That the operator is symmetric is not checked. Storage: m + 2 batches. Work: m products and 2 m^2 dot products and
/// updates. An instance whose Krylov space is exhausted, or that meets a number that is not finite, stops alone.</para>
/// <para>Reference: Golub and Van Loan, Matrix Computations, 4th ed., section 10.3.</para>
/// </remarks>
public sealed class Lanczos
{
    private const double Breakdown = 1.4e-14; // 2^-46 relative to the largest element of T so far

    private readonly double[][] _diagonal;
    private readonly double[][] _offDiagonal;
    private readonly double[] _remainder;
    private readonly double[] _startNorm;

    private Lanczos(int instances)
    {
        _diagonal = new double[instances][];
        _offDiagonal = new double[instances][];
        _remainder = new double[instances];
        _startNorm = new double[instances];
    }

    /// <summary>The number of instances.</summary>
    public int Instances => _startNorm.Length;

    /// <summary>Runs the process.</summary>
    /// <param name="a">The symmetric operator.</param>
    /// <param name="start">The start of every instance; zero gives an empty run.</param>
    /// <param name="steps">The most steps; the number of rows is never exceeded.</param>
    /// <exception cref="ArgumentException">The operator is not square, sizes do not fit, or there is no step.</exception>
    public static Lanczos Run(ILinearOperator a, Batch start, int steps)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        Guard.Equal(a.Columns, a.Rows, "the number of columns", "the number of rows");
        Guard.Product(a.Rows, a.Columns, a.Instances, start, start);
        int instances = start.Instances;
        steps = Math.Min(steps, a.Rows);
        double[][] alphas = new double[steps][], betas = new double[steps][];
        int[] length = new int[instances];
        double[] scale = new double[instances], factor = new double[instances];
        var run = new Lanczos(instances);
        BatchKernels.Norm(start, run._startNorm);
        bool[] active = new bool[instances];
        for (int s = 0; s < instances; s++)
        {
            active[s] = run._startNorm[s] > 0 && double.IsFinite(run._startNorm[s]);
            factor[s] = active[s] ? 1 / run._startNorm[s] : 0;
        }

        var basis = new List<Batch>(steps);
        Batch w = Batch.Zeros(a.Rows, instances);
        start.CopyTo(w);
        for (int j = 0; j < steps && active.AsSpan().Contains(true); j++)
        {
            Batch v = Batch.Zeros(a.Rows, instances);
            BatchKernels.Multiply(factor, w, v);
            basis.Add(v);
            a.Apply(v, w);
            double[] alpha = alphas[j] = new double[instances], beta = betas[j] = new double[instances];
            BatchKernels.Dot(v, w, alpha);
            Orthogonalize(basis, w, factor);
            BatchKernels.Norm(w, beta);
            for (int s = 0; s < instances; s++)
            {
                active[s] &= double.IsFinite(alpha[s]) && double.IsFinite(beta[s]);
                if (active[s])
                {
                    length[s] = j + 1;
                    scale[s] = Math.Max(scale[s], Math.Max(Math.Abs(alpha[s]), beta[s]));
                    active[s] = beta[s] > Breakdown * scale[s];
                    run._remainder[s] = active[s] ? beta[s] : 0;
                }

                factor[s] = active[s] ? 1 / beta[s] : 0;
            }
        }

        for (int s = 0; s < instances; s++)
        {
            run._diagonal[s] = Column(alphas, length[s], s);
            run._offDiagonal[s] = Column(betas, Math.Max(0, length[s] - 1), s);
        }

        return run;
    }

    /// <summary>How many steps an instance took; 0 if its start was zero or not finite.</summary>
    public int Steps(int instance) => _diagonal[instance].Length;

    /// <summary>The diagonal of <c>T</c>.</summary>
    public ReadOnlySpan<double> Diagonal(int instance) => _diagonal[instance];

    /// <summary>The elements beside the diagonal of <c>T</c>.</summary>
    public ReadOnlySpan<double> OffDiagonal(int instance) => _offDiagonal[instance];

    /// <summary>
    /// The Gauss quadrature of the spectral measure of the start: nodes ascending, and weights that sum to
    /// <c>|start|^2</c>.
    /// </summary>
    public (double[] Nodes, double[] Weights) Quadrature(int instance)
    {
        int m = Steps(instance);
        double[] nodes = new double[m], weights = new double[m];
        if (m > 0)
        {
            SymmetricEigen.Tridiagonal(_diagonal[instance], _offDiagonal[instance], nodes, weights);
            double mass = _startNorm[instance] * _startNorm[instance];
            for (int k = 0; k < m; k++)
            {
                weights[k] *= weights[k] * mass;
            }
        }

        return (nodes, weights);
    }

    /// <summary>The least and largest Ritz value with their error bounds; not numbers if there was no step.</summary>
    public SpectralInterval Extremes(int instance)
    {
        int m = Steps(instance);
        if (m == 0)
        {
            return new SpectralInterval(double.NaN, double.NaN, double.NaN, double.NaN, 0);
        }

        // The first components of the eigenvectors of T read backwards are the last components of those of T.
        double[] reversed = [.. _diagonal[instance].Reverse()], beside = [.. _offDiagonal[instance].Reverse()];
        double[] values = new double[m], last = new double[m];
        SymmetricEigen.Tridiagonal(reversed, beside, values, last);
        double beta = _remainder[instance];
        return new SpectralInterval(values[0], beta * last[0], values[m - 1], beta * last[m - 1], m);
    }

    /// <summary>Twice is enough: Giraud, Langou, Rozloznik and van den Eshof, 2005, doi:10.1007/s00211-005-0615-4.</summary>
    private static void Orthogonalize(List<Batch> basis, Batch w, double[] projection)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (Batch v in basis)
            {
                BatchKernels.Dot(v, w, projection);
                BatchKernels.MultiplySubtract(projection, v, w, w);
            }
        }
    }

    private static double[] Column(double[][] rows, int count, int instance)
    {
        var column = new double[count];
        for (int j = 0; j < count; j++)
        {
            column[j] = rows[j][instance];
        }

        return column;
    }
}
