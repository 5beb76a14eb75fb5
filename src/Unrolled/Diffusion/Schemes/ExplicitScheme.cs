using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>The explicit scheme <c>u+ = u - tau F(u)</c>: a symmetric residual network with shared weights.</summary>
/// <remarks>
/// The fewest equal steps not longer than the limit are taken. With <c>0 &lt;= g &lt;= g_max</c> and the limit <c>2/(g_max ||K||^2)</c> the norm never
/// grows; with half of it the energy of a flux with slopes up to <c>g_max</c> falls monotonically and no mode changes its sign.
/// Error of order tau. One evaluation per step. arXiv 2107.14742.
/// </remarks>
/// <param name="limit">The largest step size.</param>
/// <typeparam name="T">The number type.</typeparam>
public sealed class ExplicitScheme<T>(double limit) : IDiffusionScheme<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Advance(DiffusionFlow<T> flow, Field<T> u, double time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        (int steps, double size) = StepCount.Steps(time, limit);
        T tau = T.CreateChecked(size);
        Field<T> f = flow.NewState();
        for (int k = 0; k < steps; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            flow.Evaluate(u, f);
            Kernels.MultiplyAdd<T>(-tau, f.Values, u.Values, u.Values);
        }
    }
}
