using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// Fast semi-iterative cycles (FSI), the default accelerator: an explicit step and a skip over two blocks,
/// <c>u(l+1) = alpha_l (u(l) - tau F(u(l))) + (1 - alpha_l) u(l-1)</c>, <c>alpha_l = (4l + 2)/(2l + 3)</c>, restarted after <c>n</c> steps.
/// </summary>
/// <remarks>
/// <para>A cycle covers the diffusion time <c>tau n (n + 1)/3</c>, that of <c>n</c> explicit steps times <c>(n + 1)/3</c>. The length follows from the time
/// and the number of cycles; the step size is reduced so that the time is met exactly. In one dimension with constant
/// diffusivity and <c>tau = 1/2</c> a cycle is a box filter of length <c>2n + 1</c>.</para>
/// <para>Needs <c>tau &lt; 2/(g_max ||K||^2)</c>. In the linear case the norm does not grow over a cycle; for nonlinear fluxes there is no proof.
/// No reordering, no trouble with rounding. Two fields besides the state.</para>
/// <para>Hafner, Ochs, Weickert, Reissel, Grewenig, FSI schemes, GCPR 2016, doi:10.1007/978-3-319-45886-1_8.</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="limit">The step size limit <c>2/(g_max ||K||^2)</c>.</param>
/// <param name="cycles">Into how many cycles the time is divided: more are more accurate.</param>
public sealed class FastSemiIterative<T>(double limit, int cycles = 4) : IDiffusionScheme<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary><c>alpha_l</c>.</summary>
    public static double Alpha(int l) => ((4.0 * l) + 2) / ((2.0 * l) + 3);

    /// <summary>The diffusion time <c>tau n (n + 1)/3</c> of a cycle.</summary>
    public static double CycleTime(double tau, int length) => tau * length * (length + 1.0) / 3;

    /// <inheritdoc/>
    public void Advance(DiffusionFlow<T> flow, Field<T> u, double time, CancellationToken cancellationToken = default)
    {
        (int length, double tau) = StepCount.Cycle(time, limit, cycles);
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        var skip = new Extrapolation<T>(u);
        for (int k = 0; k < cycles; k++)
        {
            Cycle(flow, u, skip, length, tau, cancellationToken);
        }
    }

    /// <summary>One cycle of <paramref name="length"/> steps of size <paramref name="tau"/>.</summary>
    internal static void Cycle(DiffusionFlow<T> flow, Field<T> u, Extrapolation<T> skip, int length, double tau, CancellationToken cancellationToken = default)
    {
        skip.Restart(u);
        for (int l = 0; l < length; l++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            flow.Evaluate(u, skip.Flow);
            skip.Step(u, T.CreateChecked(Alpha(l)), T.CreateChecked(tau));
        }
    }
}
