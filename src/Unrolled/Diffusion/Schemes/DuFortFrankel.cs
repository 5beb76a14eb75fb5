using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// The generalized Du Fort-Frankel scheme, explicit and two steps deep:
/// <c>u(k+1) = 4 tau a/(1 + 2 tau a) (u(k) - F(u(k))/(2a)) + (1 - 2 tau a)/(1 + 2 tau a) u(k-1)</c>, the first step explicit.
/// </summary>
/// <remarks>
/// <para>For a fixed diffusivity no mode grows exponentially, at any step size, exactly if <c>a &gt;= g_max ||K||^2/4</c>.</para>
/// <para>Not guaranteed: (1) accuracy, since the error contains <c>a tau^2 u_tt</c>; (2) anything for varying diffusivities; (3) the norm: even with
/// constant diffusivity it may grow for a while by a factor of order <c>2 tau a</c>. Keep <c>tau a</c> below about 10. One evaluation per step.</para>
/// <para>Gottlieb and Gustafsson, Generalized Du Fort-Frankel methods for parabolic initial-boundary value problems, SIAM J. Numer. Anal. 13 (1976).</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="steps">The number of steps the time is divided into.</param>
/// <param name="alpha">The stabilization <c>a</c>.</param>
/// <param name="limit">The explicit limit; the first step is divided into explicit steps that respect it.</param>
public sealed class DuFortFrankel<T>(int steps, double alpha, double limit = double.PositiveInfinity) : IDiffusionScheme<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The least stable <c>a = g_max ||K||^2/4</c> for an explicit limit <c>2/(g_max ||K||^2)</c>.</summary>
    public static double LeastAlpha(double limit) => 0.5 / limit;

    /// <inheritdoc/>
    public void Advance(DiffusionFlow<T> flow, Field<T> u, double time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        if (!(alpha > 0))
        {
            throw new ArgumentException($"alpha is {alpha}; it must be positive");
        }

        double tau = time / steps, scale = 1 + (2 * tau * alpha);
        var skip = new Extrapolation<T>(u);
        skip.Restart(u);
        new ExplicitScheme<T>(limit).Advance(flow, u, tau, cancellationToken);

        // The same skip as in FSI: weight 4 tau a/(1 + 2 tau a), step 1/(2a); the weights sum to 1.
        T weight = T.CreateChecked(4 * tau * alpha / scale), step = T.CreateChecked(0.5 / alpha);
        for (int k = 1; k < steps; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            flow.Evaluate(u, skip.Flow);
            skip.Step(u, weight, step);
        }
    }
}
