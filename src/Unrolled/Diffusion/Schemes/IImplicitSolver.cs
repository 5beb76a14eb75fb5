using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>Solves one implicit step, <c>v + tau F(v) = u</c>.</summary>
/// <typeparam name="T">The number type.</typeparam>
public interface IImplicitSolver<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>Improves <paramref name="v"/> until the residual is small.</summary>
    /// <param name="flow">The flow; it counts the evaluations.</param>
    /// <param name="u">The state before the step.</param>
    /// <param name="tau">The step size, any positive number.</param>
    /// <param name="v">The start; becomes the state after the step.</param>
    /// <param name="cancellationToken">Looked at before every iteration.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop; <paramref name="v"/> is an iterate before the end.</exception>
    ImplicitOutcome Solve(DiffusionFlow<T> flow, Field<T> u, double tau, Field<T> v, CancellationToken cancellationToken = default);
}
