using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// Line search along a Newton direction: the largest tried <c>alpha ≤ 1</c> with <c>||F(x + alpha d)|| ≤ (1 - 1e-4 alpha) ||F(x)||</c>,
/// alpha reduced by safeguarded parabolic interpolation of <c>||F||^2</c>.
/// </summary>
/// <remarks>
/// All instances of a chunk go through the trials together, but each decides for itself: one that has accepted keeps its alpha, and its
/// trial point is computed again with the same bits. Reference: C. T. Kelley, Solving Nonlinear Equations with Newton's Method, SIAM
/// (2003), section 1.6, doi:10.1137/1.9780898718898.
/// </remarks>
/// <param name="trial">The vector for trial points.</param>
/// <param name="trialResidual">The vector for F at trial points.</param>
/// <param name="alpha">The scalar for alpha.</param>
internal readonly struct Backtracking(int trial, int trialResidual, int alpha)
{
    private const double Sufficient = 1e-4;
    private const double Least = 1e-10;
    private const double GreatestCut = 0.1;
    private const double LeastCut = 0.5;

    /// <summary>
    /// Searches. Where a step was found the iterate, <paramref name="f"/> and the norms are those after it; elsewhere they stay and alpha
    /// is 0. Returns whether every instance found one.
    /// </summary>
    public bool Run(NonlinearSystem problem, Workspace workspace, Batch direction, Batch f)
    {
        Batch x = workspace.Iterate, point = workspace.Vector(trial), value = workspace.Vector(trialResidual);
        Span<double> a = workspace.Scalar(alpha), norms = workspace.ResidualNorms;
        Span<double> tried = workspace.Scalar(alpha + 1);
        Span<bool> decided = workspace.Instances <= 512 ? stackalloc bool[workspace.Instances] : new bool[workspace.Instances];
        a.Fill(1);
        int open = workspace.Instances;
        BatchKernels.Norm(direction, tried);
        for (int s = 0; s < a.Length; s++)
        {
            if (!(tried[s] > 0) || !double.IsFinite(tried[s]))
            {
                (a[s], decided[s]) = (0, true); // no direction, or a root already: nothing to try
                open--;
            }
        }

        while (open > 0)
        {
            BatchKernels.MultiplyAdd(a, direction, x, point);
            problem.Operator.Evaluate(point, value);
            BatchKernels.Norm(value, tried);
            for (int s = 0; s < a.Length; s++)
            {
                if (decided[s])
                {
                    continue;
                }

                workspace.CountProducts(s, 1);
                double n = norms[s], t = tried[s];
                decided[s] = t <= (1 - (Sufficient * a[s])) * n;
                if (!decided[s])
                {
                    a[s] *= double.IsFinite(t) ? Cut(n, t, a[s]) : GreatestCut;
                    if (a[s] < Least)
                    {
                        (a[s], decided[s]) = (0, true);
                    }
                }

                open -= decided[s] ? 1 : 0;
            }
        }

        return Take(workspace, point, value, a, tried, f);
    }

    /// <summary>The space beside the iterate.</summary>
    public const int Vectors = 2, Scalars = 2;

    /// <summary>The minimizer of the parabola through ||F||^2 and its slope -2 ||F||^2 at 0 and the value at alpha, relative to alpha.</summary>
    private static double Cut(double norm, double tried, double alpha)
    {
        double ratio = tried / norm;
        return Math.Clamp(alpha / ((ratio * ratio) - 1 + (2 * alpha)), GreatestCut, LeastCut);
    }

    private static bool Take(Workspace workspace, Batch point, Batch value, ReadOnlySpan<double> a, ReadOnlySpan<double> tried, Batch f)
    {
        bool all = true;
        for (int s = 0; s < a.Length; s++)
        {
            all &= a[s] > 0;
        }

        if (all)
        {
            point.CopyTo(workspace.Iterate);
            value.CopyTo(f);
            tried.CopyTo(workspace.ResidualNorms);
            return true;
        }

        for (int s = 0; s < a.Length; s++)
        {
            if (a[s] > 0)
            {
                point.CopyInstanceTo(s, workspace.Iterate, s);
                value.CopyInstanceTo(s, f, s);
                workspace.ResidualNorms[s] = tried[s];
            }
        }

        return false;
    }
}
