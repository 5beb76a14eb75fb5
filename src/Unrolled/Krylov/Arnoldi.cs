using Unrolled.Numerics;

namespace Unrolled.Krylov;

/// <summary>
/// What GMRES and its flexible variant share: the Arnoldi process with modified Gram-Schmidt, and the small least-squares
/// problem <c>min ||beta e_1 - H y||</c> kept triangular by Givens rotations, column by column.
/// </summary>
/// <remarks>
/// Vectors <c>0..length</c> are the basis, scalars <c>0..Scalars-1</c> are its own. All instances are at the same column;
/// one whose space is exhausted continues with a zero vector, which changes nothing for it. A vector that loses more than
/// a digit to the projections is projected a second time; whether an instance does so depends on it alone.
/// </remarks>
internal readonly struct Arnoldi(int length)
{
    private const double Negligible = 16 * 2.220446049250313e-16;
    private const double LostADigit = 0.1;
    private const int At = 0, Before = 1, After = 2, Work = 3, Fixed = 4;

    public int Length => length;

    public int Scalars => Fixed + (4 * length) + 1 + (length * (length + 1) / 2);

    /// <summary>How many columns there are so far.</summary>
    public static int Columns(Workspace workspace) => (int)workspace.Scalar(At)[0];

    /// <summary>Starts from the residual in vector 0.</summary>
    public void Start(Workspace workspace)
    {
        Batch v = workspace.Vector(0);
        Span<double> beta = Projected(workspace, 0), scale = workspace.Scalar(Work);
        BatchKernels.Norm(v, beta);
        beta.CopyTo(workspace.ResidualNorms);
        Invert(beta, scale);
        BatchKernels.Multiply(scale, v, v);
        workspace.Scalar(At).Clear();
    }

    /// <summary>Takes the new direction that stands after the basis into the basis.</summary>
    public void Extend(Workspace workspace)
    {
        int k = Columns(workspace);
        Batch w = workspace.Vector(k + 1);
        Span<double> before = workspace.Scalar(Before), after = workspace.Scalar(After);
        BatchKernels.Norm(w, before);
        for (int i = 0; i <= k; i++)
        {
            Span<double> h = Entry(workspace, i, k);
            BatchKernels.Dot(workspace.Vector(i), w, h);
            BatchKernels.MultiplySubtract(h, workspace.Vector(i), w, w);
        }

        BatchKernels.Norm(w, after);
        if (AnyLostADigit(before, after))
        {
            ProjectAgain(workspace, k);
        }

        Triangularize(workspace, k);
        BatchKernels.Multiply(workspace.Scalar(Work), w, w);
        workspace.Scalar(At).Fill(k + 1);
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

    public Span<double> Coordinate(Workspace workspace, int i) => workspace.Scalar(Fixed + i);

    private Span<double> Cosine(Workspace workspace, int i) => workspace.Scalar(Fixed + length + i);

    private Span<double> Sine(Workspace workspace, int i) => workspace.Scalar(Fixed + (2 * length) + i);

    /// <summary>The rotated right-hand side of the least-squares problem.</summary>
    private Span<double> Projected(Workspace workspace, int i) => workspace.Scalar(Fixed + (3 * length) + i);

    /// <summary>An entry of the triangular factor of <c>H</c>.</summary>
    private Span<double> Entry(Workspace workspace, int i, int j) => workspace.Scalar(Fixed + (4 * length) + 1 + (j * (j + 1) / 2) + i);

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
        Batch w = workspace.Vector(k + 1);
        Span<double> before = workspace.Scalar(Before), after = workspace.Scalar(After), correction = workspace.Scalar(Work);
        for (int i = 0; i <= k; i++)
        {
            Span<double> h = Entry(workspace, i, k);
            BatchKernels.Dot(workspace.Vector(i), w, correction);
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

            BatchKernels.MultiplySubtractNonzero(correction, workspace.Vector(i), w, w);
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
        Span<double> g = Projected(workspace, k), next = Projected(workspace, k + 1), norms = workspace.ResidualNorms;
        Span<double> before = workspace.Scalar(Before), beta = workspace.Scalar(After), scale = workspace.Scalar(Work);
        for (int s = 0; s < g.Length; s++)
        {
            double negligible = Negligible * before[s];
            if (beta[s] <= negligible)
            {
                beta[s] = 0;
                workspace.Fail(s, Termination.Breakdown); // counts only if the residual is not there: A maps the space into itself
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

    private static void Invert(ReadOnlySpan<double> numbers, Span<double> inverses)
    {
        for (int s = 0; s < inverses.Length; s++)
        {
            inverses[s] = numbers[s] == 0 ? 0 : 1 / numbers[s];
        }
    }
}
