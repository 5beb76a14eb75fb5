using Unrolled.Numerics;

namespace Unrolled.Krylov;

/// <summary>
/// What GMRES and its flexible variant share: the Arnoldi process with modified Gram-Schmidt, and the small least-squares
/// problem <c>min ||beta e_1 - H y||</c> kept triangular by Givens rotations, column by column.
/// </summary>
/// <remarks>
/// Vectors <c>0..length</c> are the basis, scalars <c>0..Scalars-1</c> are its own; both may begin later, for a process inside another
/// method's step, which then finds the residual norms in scalar <see cref="Norms"/> and gets no reports of failure. All instances are at the same column;
/// one whose space is exhausted continues with a zero vector, which changes nothing for it. A vector that loses more than
/// a digit to the projections is projected a second time; whether an instance does so depends on it alone.
/// </remarks>
internal readonly struct Arnoldi(int length, int firstVector = 0, int firstScalar = 0)
{
    private const double Negligible = 16 * 2.220446049250313e-16;
    private const double LostADigit = 0.1;
    private const int At = 0, Before = 1, After = 2, Work = 3, InnerNorms = 4, Fixed = 5;

    public int Length => length;

    public int Scalars => Fixed + (4 * length) + 1 + (length * (length + 1) / 2);

    /// <summary>How many columns there are so far.</summary>
    public int Columns(Workspace workspace) => (int)Own(workspace, At)[0];

    /// <summary>Starts from the residual in vector 0.</summary>
    public void Start(Workspace workspace)
    {
        Batch v = Basis(workspace, 0);
        Span<double> beta = Projected(workspace, 0), scale = Own(workspace, Work);
        BatchKernels.Norm(v, beta);
        beta.CopyTo(Norms(workspace));
        Invert(beta, scale);
        BatchKernels.Multiply(scale, v, v);
        Own(workspace, At).Clear();
    }

    /// <summary>Takes the new direction that stands after the basis into the basis.</summary>
    public void Extend(Workspace workspace)
    {
        int k = Columns(workspace);
        Batch w = Basis(workspace, k + 1);
        Span<double> before = Own(workspace, Before), after = Own(workspace, After);
        BatchKernels.Norm(w, before);
        for (int i = 0; i <= k; i++)
        {
            Span<double> h = Entry(workspace, i, k);
            BatchKernels.Dot(Basis(workspace, i), w, h);
            BatchKernels.MultiplySubtract(h, Basis(workspace, i), w, w);
        }

        BatchKernels.Norm(w, after);
        if (AnyLostADigit(before, after))
        {
            ProjectAgain(workspace, k);
        }

        Triangularize(workspace, k);
        BatchKernels.Multiply(Own(workspace, Work), w, w);
        Own(workspace, At).Fill(k + 1);
    }

    /// <summary>Solves for the coordinates <c>y</c> of the correction; <see cref="Coordinate"/> returns them.</summary>
    public void Solve(Workspace workspace)
    {
        for (int i = Columns(workspace) - 1; i >= 0; i--)
        {
            Span<double> y = Coordinate(workspace, i);
            ReadOnlySpan<double> diagonal = Entry(workspace, i, i);
            Projected(workspace, i).CopyTo(y);
            for (int j = i + 1; j < Columns(workspace); j++)
            {
                ReadOnlySpan<double> r = Entry(workspace, i, j), known = Coordinate(workspace, j);
                for (int s = 0; s < y.Length; s++)
                {
                    y[s] -= r[s] * known[s];
                }
            }

            for (int s = 0; s < y.Length; s++)
            {
                y[s] = diagonal[s] == 0 ? 0 : y[s] / diagonal[s];
            }
        }
    }

    public Span<double> Coordinate(Workspace workspace, int i) => Own(workspace, Fixed + i);

    /// <summary>A vector of the basis.</summary>
    public Batch Basis(Workspace workspace, int i) => workspace.Vector(firstVector + i);

    /// <summary>The residual norms of the least-squares problems: those of the workspace where the process is the method itself.</summary>
    public Span<double> Norms(Workspace workspace) => firstVector == 0 ? workspace.ResidualNorms : Own(workspace, InnerNorms);

    private Span<double> Own(Workspace workspace, int scalar) => workspace.Scalar(firstScalar + scalar);

    private Span<double> Cosine(Workspace workspace, int i) => Own(workspace, Fixed + length + i);

    private Span<double> Sine(Workspace workspace, int i) => Own(workspace, Fixed + (2 * length) + i);

    /// <summary>The rotated right-hand side of the least-squares problem.</summary>
    private Span<double> Projected(Workspace workspace, int i) => Own(workspace, Fixed + (3 * length) + i);

    /// <summary>An entry of the triangular factor of <c>H</c>.</summary>
    private Span<double> Entry(Workspace workspace, int i, int j) => Own(workspace, Fixed + (4 * length) + 1 + (j * (j + 1) / 2) + i);

    private static bool AnyLostADigit(ReadOnlySpan<double> before, ReadOnlySpan<double> after)
    {
        for (int s = 0; s < before.Length; s++)
        {
            if (after[s] < LostADigit * before[s])
            {
                return true;
            }
        }

        return false;
    }

    private void ProjectAgain(Workspace workspace, int k)
    {
        Batch w = Basis(workspace, k + 1);
        Span<double> before = Own(workspace, Before), after = Own(workspace, After), correction = Own(workspace, Work);
        for (int i = 0; i <= k; i++)
        {
            Span<double> h = Entry(workspace, i, k);
            BatchKernels.Dot(Basis(workspace, i), w, correction);
            for (int s = 0; s < h.Length; s++)
            {
                if (after[s] < LostADigit * before[s])
                {
                    h[s] += correction[s];
                }
                else
                {
                    correction[s] = 0;
                }
            }

            BatchKernels.MultiplySubtractNonzero(correction, Basis(workspace, i), w, w);
        }

        BatchKernels.Norm(w, after);
    }

    /// <summary>Rotates column <c>k</c>, reports the residual norms and leaves the scale of the new vector in the work scalars.</summary>
    private void Triangularize(Workspace workspace, int k)
    {
        for (int i = 0; i < k; i++)
        {
            Span<double> upper = Entry(workspace, i, k), lower = Entry(workspace, i + 1, k);
            ReadOnlySpan<double> c = Cosine(workspace, i), d = Sine(workspace, i);
            for (int s = 0; s < upper.Length; s++)
            {
                (upper[s], lower[s]) = ((c[s] * upper[s]) + (d[s] * lower[s]), (c[s] * lower[s]) - (d[s] * upper[s]));
            }
        }

        Span<double> diagonal = Entry(workspace, k, k), cosine = Cosine(workspace, k), sine = Sine(workspace, k);
        Span<double> g = Projected(workspace, k), next = Projected(workspace, k + 1), norms = Norms(workspace);
        Span<double> before = Own(workspace, Before), beta = Own(workspace, After), scale = Own(workspace, Work);
        for (int s = 0; s < g.Length; s++)
        {
            double negligible = Negligible * before[s];
            if (beta[s] <= negligible)
            {
                beta[s] = 0;
                Report(workspace, s); // counts only if the residual is not there: A maps the space into itself
            }

            if (beta[s] == 0 && Math.Abs(diagonal[s]) <= negligible)
            {
                (diagonal[s], cosine[s], sine[s]) = (0, 0, 1); // A is singular on the space: nothing to gain from this column
            }
            else
            {
                double radius = Math.Sqrt((diagonal[s] * diagonal[s]) + (beta[s] * beta[s]));
                (diagonal[s], cosine[s], sine[s]) = (radius, diagonal[s] / radius, beta[s] / radius);
            }

            (g[s], next[s]) = (cosine[s] * g[s], -sine[s] * g[s]);
            norms[s] = Math.Abs(next[s]);
        }

        Invert(beta, scale);
    }

    private void Report(Workspace workspace, int instance)
    {
        if (firstVector == 0)
        {
            workspace.Fail(instance, Termination.Breakdown);
        }
    }

    private static void Invert(ReadOnlySpan<double> numbers, Span<double> inverses)
    {
        for (int s = 0; s < inverses.Length; s++)
        {
            inverses[s] = numbers[s] == 0 ? 0 : 1 / numbers[s];
        }
    }
}
