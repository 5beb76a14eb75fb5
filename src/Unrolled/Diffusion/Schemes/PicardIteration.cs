using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// The relaxed fixed-point iteration <c>v(l+1) = v(l) - w (v(l) - u + tau F(v(l)))</c>, optionally accelerated by the elliptic FSI weights:
/// shared weights, the input injected in every step.
/// </summary>
/// <remarks>
/// <para>For a monotone flux the Jacobian of the residual has its spectrum in <c>[1, 1 + tau Lip ||K||^2]</c>. Plain iteration takes
/// <c>w = 2/(2 + tau Lip ||K||^2)</c>, the best of all constants, and contracts by <c>rho = tau Lip ||K||^2/(2 + tau Lip ||K||^2)</c>. Accelerated:
/// <c>v(l+1) = a_l (v(l) - w r(l)) + (1 - a_l) v(l-1)</c>, <c>a_0 = 1</c>, <c>a_1 = 2/(2 - rho^2)</c>, <c>a_(l+1) = 4/(4 - rho^2 a_l)</c>
/// (Chebyshev semi-iteration), which needs about the square root of the number of iterations.</para>
/// <para>Nonmonotone fluxes: convergence is not guaranteed for large steps. One evaluation per iteration.</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="slopeBound"><c>Lip ||K||^2</c>, an upper bound of the Jacobian of the flow.</param>
/// <param name="acceleration">Whether extrapolated.</param>
/// <param name="tolerance">The relative residual to reach.</param>
/// <param name="mostIterations">The largest number of iterations.</param>
public sealed class PicardIteration<T>(
    double slopeBound, Acceleration acceleration = Acceleration.SemiIterative, double tolerance = 1e-8, int mostIterations = 10_000) : IImplicitSolver<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The relaxation <c>w</c> of a step size.</summary>
    public double Relaxation(double tau) => 2 / (2 + (tau * slopeBound));

    /// <summary>The contraction <c>rho</c> of the plain iteration.</summary>
    public double Contraction(double tau) => tau * slopeBound / (2 + (tau * slopeBound));

    /// <inheritdoc/>
    public ImplicitOutcome Solve(DiffusionFlow<T> flow, Field<T> u, double tau, Field<T> v, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(v);
        var residual = new ImplicitResidual<T>(flow, u, tau);
        var skip = new Extrapolation<T>(v);
        skip.Restart(v);
        double rho = Contraction(tau), alpha = 1;
        for (int l = 0; ; l++)
        {
            double relative = residual.Evaluate(v);
            if (ImplicitResidual<T>.End(relative, tolerance, l, mostIterations) is Termination end)
            {
                return new ImplicitOutcome(end, relative, l);
            }

            cancellationToken.ThrowIfCancellationRequested();
            alpha = acceleration == Acceleration.None || l == 0 ? 1 : l == 1 ? 2 / (2 - (rho * rho)) : 4 / (4 - (rho * rho * alpha));
            residual.Values.CopyTo(skip.Flow);
            skip.Step(v, T.CreateChecked(alpha), T.CreateChecked(Relaxation(tau)));
        }
    }
}
