using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>A way to follow <c>du/dt = -F(u)</c> over a given diffusion time. All of them are built from the same block.</summary>
/// <remarks>Immutable; what a run needs beyond the state is taken once per call.</remarks>
/// <typeparam name="T">The number type.</typeparam>
public interface IDiffusionScheme<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>Replaces <c>u(0)</c> by an approximation of <c>u(time)</c>.</summary>
    /// <param name="flow">The flow; it counts the evaluations.</param>
    /// <param name="u">The state.</param>
    /// <param name="time">The diffusion time, not negative.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop; the state is what the steps before made of it.</exception>
    void Advance(DiffusionFlow<T> flow, Field<T> u, double time, CancellationToken cancellationToken = default);
}
