using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// Newton's method for <c>R(v) = v + tau F(v) - u = 0</c>: the system <c>(I + tau K^T Phi'(K v) K) d = -R</c> by conjugate gradients, the step
/// halved until the residual falls.
/// </summary>
/// <remarks>
/// The Jacobian is positive definite if <c>tau beta ||K||^2 &lt; 1</c>, where <c>-beta</c> is the least slope of the flux. Where conjugate gradients
/// meet negative curvature, or no fraction of the step helps, the step of lagged diffusivity is taken instead, whose matrix always is.
/// Each system is solved to the accuracy <c>min(0.1, relative residual)</c>, so the convergence is quadratic at the end.
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="tolerance">The relative residual to reach.</param>
/// <param name="mostIterations">The largest number of steps.</param>
public sealed class DampedNewton<T>(double tolerance = 1e-8, int mostIterations = 100) : IImplicitSolver<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private const int MostProducts = 10_000;
    private const int MostHalvings = 12;

    /// <inheritdoc/>
    public ImplicitOutcome Solve(DiffusionFlow<T> flow, Field<T> u, double tau, Field<T> v, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(v);
        var residual = new ImplicitResidual<T>(flow, u, tau);
        var gradients = new FlowConjugateGradient<T>(flow);
        Field<T> step = flow.NewState(), start = flow.NewState();
        double relative = residual.Evaluate(v);
        for (int k = 0; ; k++)
        {
            if (ImplicitResidual<T>.End(relative, tolerance, k, mostIterations) is Termination end)
            {
                return new ImplicitOutcome(end, relative, k);
            }

            cancellationToken.ThrowIfCancellationRequested();
            double accuracy = Math.Min(0.1, relative);
            flow.Linearize(v);
            step.Values.Clear();
            bool definite = gradients.Solve(Linearization.Jacobian, tau, residual.Values, step, accuracy, MostProducts, cancellationToken);
            v.CopyTo(start);
            double? next = definite ? Search(residual, start, step, v, relative) : null;
            if (next is null)
            {
                start.CopyTo(v);
                residual.Evaluate(v);
                flow.Freeze(v);
                step.Values.Clear();
                gradients.Solve(Linearization.Frozen, tau, residual.Values, step, 0.1, MostProducts, cancellationToken);
                Kernels.Subtract(v.Values, step.Values, v.Values);
                next = residual.Evaluate(v);
            }

            relative = next.Value;
        }
    }

    private static double? Search(ImplicitResidual<T> residual, Field<T> start, Field<T> step, Field<T> v, double relative)
    {
        double length = 1;
        for (int i = 0; i < MostHalvings; i++, length *= 0.5)
        {
            Kernels.MultiplyAdd<T>(-T.CreateChecked(length), step.Values, start.Values, v.Values);
            double next = residual.Evaluate(v);
            if (next < relative * (1 - (1e-4 * length)))
            {
                return next;
            }
        }

        return null;
    }
}
