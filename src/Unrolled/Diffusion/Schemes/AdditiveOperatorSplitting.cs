using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// Additive operator splitting (AOS): <c>u+ = 1/2 sum_d (I + 2 tau A_d(u))^-1 u</c>, where <c>A_d</c> holds the filters along rows (d = 1) or
/// columns (d = 2), with the diffusivity of the state before the step. Semi-implicit, direct, stable for every step size.
/// </summary>
/// <remarks>
/// One evaluation per step for the diffusivity; the band systems cost <c>O(N)</c>. Error of order tau, with a splitting error besides. Signals are the
/// case of one direction: the semi-implicit scheme itself. Weickert, ter Haar Romeny, Viergever, IEEE Trans. Image Process. 7 (1998),
/// doi:10.1109/83.661190, equation 19.
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="steps">Into how many steps the time is divided.</param>
public sealed class AdditiveOperatorSplitting<T>(int steps) : IDiffusionScheme<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A filter mixes rows and columns, the boundary is periodic, a pixel is known or there are several channels.</exception>
    public void Advance(DiffusionFlow<T> flow, Field<T> u, double time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        DirectionalBands<T> bands = new(flow.Block.Bank, u);
        if (!flow.Known.IsEmpty)
        {
            throw new ArgumentException("additive operator splitting has no mask of known pixels", nameof(flow));
        }

        Field<T> sum = flow.NewState();
        for (int k = 0; k < steps; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            flow.Freeze(u);
            bands.Solve(flow.Diffusivity, time / steps, u, sum);
            sum.CopyTo(u);
        }
    }
}
