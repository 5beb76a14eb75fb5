using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// The implicit scheme <c>u+ = u - tau F(u+)</c>: a recurrent network. For every flux with <c>g &gt;= 0</c> the norm does not grow, whatever the
/// step size; for a monotone flux a step is the unique proximal step of the energy.
/// </summary>
/// <remarks>Error of order tau. A step that the solver cannot finish ends the run.</remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="steps">Into how many steps the time is divided.</param>
/// <param name="solver">Solves a step.</param>
public sealed class ImplicitScheme<T>(int steps, IImplicitSolver<T> solver) : IDiffusionScheme<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A step did not converge; the state is that before the step.</exception>
    public void Advance(DiffusionFlow<T> flow, Field<T> u, double time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        Field<T> v = flow.NewState();
        for (int k = 0; k < steps; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            u.CopyTo(v);
            ImplicitOutcome outcome = solver.Solve(flow, u, time / steps, v, cancellationToken);
            if (outcome.Termination != Termination.Converged)
            {
                throw new InvalidOperationException(
                    $"implicit step {k + 1} of {steps} with tau = {time / steps:g4}: {outcome.Termination.Message()} (relative residual {outcome.RelativeResidual:g3} after {outcome.Iterations} iterations)");
            }

            v.CopyTo(u);
        }
    }
}
