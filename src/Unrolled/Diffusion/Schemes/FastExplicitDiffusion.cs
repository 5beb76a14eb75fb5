using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// Fast explicit diffusion (FED, super time stepping): cycles of explicit steps of the sizes
/// <c>tau_i = tau_max / (2 cos^2(pi (2i + 1)/(4n + 2)))</c>, <c>i = 0 .. n-1</c>, which sum to <c>tau_max n (n + 1)/3</c>.
/// </summary>
/// <remarks>
/// Single steps are far beyond the limit and only a whole cycle is stable: the steps are taken in Leja order, so that intermediate
/// states neither grow nor cancel, and the diffusivity is held for the whole cycle, without which nonlinear problems may blow up.
/// One evaluation per step and one more per cycle. Grewenig, Weickert, Bruhn, From box filtering to fast explicit diffusion,
/// DAGM 2010, doi:10.1007/978-3-642-15986-2_54.
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="limit">The step size limit <c>tau_max = 2/(g_max ||K||^2)</c>.</param>
/// <param name="cycles">Into how many cycles the time is divided.</param>
public sealed class FastExplicitDiffusion<T>(double limit, int cycles = 4) : IDiffusionScheme<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The step sizes of a cycle in the order in which they are taken.</summary>
    /// <param name="limit"><c>tau_max</c>.</param>
    /// <param name="length">The number of steps <c>n</c>.</param>
    public static double[] StepSizes(double limit, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        // The inverse step sizes are the roots of the cycle's polynomial.
        var roots = new Complex[length];
        for (int i = 0; i < length; i++)
        {
            double cosine = ElementaryTrigonometric.Cos(Vector512.Create(Math.PI * ((2.0 * i) + 1) / ((4.0 * length) + 2)))[0];
            roots[i] = 2 * cosine * cosine;
        }

        LejaOrder.Sort(roots);
        return [.. roots.Select(root => limit / root.Real)];
    }

    /// <inheritdoc/>
    public void Advance(DiffusionFlow<T> flow, Field<T> u, double time, CancellationToken cancellationToken = default)
    {
        (int length, double scaled) = StepCount.Cycle(time, limit, cycles);
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        double[] steps = StepSizes(scaled, length);
        Field<T> f = flow.NewState();
        for (int k = 0; k < cycles; k++)
        {
            flow.Freeze(u);
            foreach (double tau in steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                flow.ApplyFrozen(u, f);
                Kernels.MultiplyAdd<T>(-T.CreateChecked(tau), f.Values, u.Values, u.Values);
            }
        }
    }
}
