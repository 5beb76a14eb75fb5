using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// A step where a line search found none, because the Jacobian is singular or nearly so: the minimizer of <c>||F + J d||</c> in a ball,
/// by conjugate gradients on the normal equations cut off at the ball's surface; the radius shrinks until <c>||F||</c> falls.
/// </summary>
/// <remarks>
/// Works on all instances of a chunk, is taken by those that ask for it. Where even the steepest descent brings nothing, x is a
/// stationary point of <c>||F||^2</c> and no root: the instance ends as stagnated. Needs products with the adjoint. References:
/// T. Steihaug, SIAM J. Numer. Anal. 20 (1983) 626-637, doi:10.1137/0720042; J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed.
/// (2006), section 11.2.
/// </remarks>
/// <param name="vector">The first of <see cref="Vectors"/> vectors.</param>
/// <param name="trial">The vector for trial points; the next one holds F there.</param>
/// <param name="scalar">The first of <see cref="Scalars"/> scalars.</param>
internal readonly struct TrustRegion(int vector, int trial, int scalar)
{
    public const int Vectors = 5, Scalars = 6;

    private const double Accepted = 1e-4;
    private const double LeastRadius = 1e-12;
    private const int MostShrinks = 40;

    /// <summary>Takes a step with every instance whose <paramref name="alpha"/> is 0.</summary>
    public void Run(NonlinearSystem problem, Workspace workspace, Batch linearization, Batch f, ReadOnlySpan<double> alpha)
    {
        Span<double> radius = workspace.Scalar(scalar), norms = workspace.ResidualNorms, tried = workspace.Scalar(scalar + 5);
        Batch d = workspace.Vector(vector), point = workspace.Vector(trial), value = workspace.Vector(trial + 1);
        Span<bool> open = workspace.Instances <= 512 ? stackalloc bool[workspace.Instances] : new bool[workspace.Instances];
        BatchKernels.Norm(workspace.Iterate, radius);
        int left = 0;
        for (int s = 0; s < open.Length; s++)
        {
            radius[s] = Math.Max(1, radius[s]);
            open[s] = alpha[s] == 0 && norms[s] != 0;
            left += open[s] ? 1 : 0;
        }

        for (int k = 0; k < MostShrinks && left > 0; k++)
        {
            Minimize(problem, workspace, linearization, f, open);
            Kernels.Add<double>(workspace.Iterate.Values, d.Values, point.Values);
            problem.Operator.Evaluate(point, value);
            BatchKernels.Norm(value, tried);
            for (int s = 0; s < open.Length; s++)
            {
                if (!open[s])
                {
                    continue;
                }

                workspace.CountProducts(s, 1);
                bool taken = tried[s] <= (1 - Accepted) * norms[s] || (tried[s] < norms[s] && radius[s] < 1e-3);
                if (taken)
                {
                    point.CopyInstanceTo(s, workspace.Iterate, s);
                    value.CopyInstanceTo(s, f, s);
                    norms[s] = tried[s];
                }
                else if ((radius[s] *= 0.25) > LeastRadius)
                {
                    continue;
                }
                else
                {
                    workspace.Fail(s, Termination.Stagnated);
                }

                open[s] = false;
                left--;
            }
        }
    }

    /// <summary>d = argmin ||F + J d|| over the ball, for the open instances.</summary>
    private void Minimize(NonlinearSystem problem, Workspace workspace, Batch linearization, Batch f, ReadOnlySpan<bool> open)
    {
        const double forcing = 1e-3;
        Batch d = workspace.Vector(vector), r = workspace.Vector(vector + 1), g = workspace.Vector(vector + 2);
        Batch p = workspace.Vector(vector + 3), q = workspace.Vector(vector + 4);
        Span<double> radius = workspace.Scalar(scalar), gamma = workspace.Scalar(scalar + 1), step = workspace.Scalar(scalar + 2);
        Span<double> next = workspace.Scalar(scalar + 3), first = workspace.Scalar(scalar + 4);
        Span<bool> active = open.Length <= 512 ? stackalloc bool[open.Length] : new bool[open.Length];
        open.CopyTo(active);
        d.Values.Clear();
        Kernels.Multiply(-1.0, f.Values, r.Values);
        problem.Operator.ApplyJacobianAdjoint(workspace.Iterate, linearization, r, g);
        g.CopyTo(p);
        BatchKernels.Dot(g, g, gamma);
        gamma.CopyTo(first);
        int left = open.Count(true);
        for (int s = 0; s < open.Length; s++)
        {
            workspace.CountProducts(s, open[s] ? 1 : 0);
        }

        for (int k = 0; k < 2 * problem.Components && left > 0; k++)
        {
            problem.Operator.ApplyJacobian(workspace.Iterate, linearization, p, q);
            BatchKernels.Dot(q, q, step);
            for (int s = 0; s < step.Length; s++)
            {
                double full = step[s] > 0 ? gamma[s] / step[s] : double.PositiveInfinity;
                double most = active[s] ? ToSurface(d, p, s, radius[s]) : 0;
                step[s] = active[s] && most > 0 ? Math.Min(full, most) : 0;
                workspace.CountProducts(s, active[s] ? 2 : 0);
                if (active[s] && !(full < most))
                {
                    active[s] = false;
                    left--;
                }
            }

            BatchKernels.MultiplyAdd(step, p, d, d);
            BatchKernels.MultiplySubtract(step, q, r, r);
            problem.Operator.ApplyJacobianAdjoint(workspace.Iterate, linearization, r, g);
            BatchKernels.Dot(g, g, next);
            for (int s = 0; s < next.Length; s++)
            {
                if (active[s] && !(next[s] > forcing * forcing * first[s]))
                {
                    active[s] = false;
                    left--;
                }

                (step[s], gamma[s]) = (active[s] && gamma[s] > 0 ? next[s] / gamma[s] : 0, next[s]);
            }

            BatchKernels.MultiplyAdd(step, p, g, p);
        }
    }

    /// <summary>The length t ≥ 0 with |d + t p| equal to the radius; infinite where p is zero.</summary>
    private static double ToSurface(Batch d, Batch p, int instance, double radius)
    {
        double dd = 0, dp = 0, pp = 0;
        for (int i = 0; i < d.Components; i++)
        {
            double a = d[i, instance], b = p[i, instance];
            dd += a * a;
            dp += a * b;
            pp += b * b;
        }

        return pp > 0 ? (-dp + Math.Sqrt(Math.Max(0, (dp * dp) + (pp * ((radius * radius) - dd))))) / pp : 0;
    }
}
