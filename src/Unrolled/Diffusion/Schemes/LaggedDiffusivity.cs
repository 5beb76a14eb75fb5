using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// Lagged diffusivity (Kacanov): <c>(I + tau K^T diag(g(K v(l))) K) v(l+1) = u</c>, a sequence of symmetric positive definite systems along which
/// the energy of the step falls for every flux whose diffusivity decreases.
/// </summary>
/// <remarks>
/// Signals of one channel with a reflecting boundary are solved directly, by the factorization of a band matrix in <c>O(N)</c>; everything
/// else by conjugate gradients started from the last iterate. Linear convergence. L. M. Kacanov, 1959; Weickert, ter Haar Romeny,
/// Viergever, IEEE Trans. Image Process. 7 (1998), doi:10.1109/83.661190.
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="tolerance">The relative residual to reach.</param>
/// <param name="mostIterations">The largest number of linear systems.</param>
public sealed class LaggedDiffusivity<T>(double tolerance = 1e-8, int mostIterations = 1000) : IImplicitSolver<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private const int MostProducts = 10_000;

    /// <inheritdoc/>
    public ImplicitOutcome Solve(DiffusionFlow<T> flow, Field<T> u, double tau, Field<T> v, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(v);
        var residual = new ImplicitResidual<T>(flow, u, tau);
        FrozenBandSolver<T>? band = FrozenBandSolver<T>.For(flow, u);
        FlowConjugateGradient<T>? gradients = band is null ? new FlowConjugateGradient<T>(flow) : null;
        Field<T> step = flow.NewState();
        for (int l = 0; ; l++)
        {
            double relative = residual.Evaluate(v);
            if (ImplicitResidual<T>.End(relative, tolerance, l, mostIterations) is Termination end)
            {
                return new ImplicitOutcome(end, relative, l);
            }

            cancellationToken.ThrowIfCancellationRequested();
            flow.Freeze(v);
            if (band is not null)
            {
                if (!band.Solve(flow.Diffusivity, tau, u, v))
                {
                    return new ImplicitOutcome(Termination.Indefinite, relative, l);
                }

                continue;
            }

            // A v = F(v) at the held diffusivity, so the correction solves (I + tau A) d = -r; each system to a tenth of what is left.
            step.Values.Clear();
            if (!gradients!.Solve(Linearization.Frozen, tau, residual.Values, step, 0.1, MostProducts, cancellationToken))
            {
                return new ImplicitOutcome(Termination.Indefinite, relative, l);
            }

            Kernels.Subtract(v.Values, step.Values, v.Values);
        }
    }
}
