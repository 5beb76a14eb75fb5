using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Schemes;

/// <summary>
/// The learned extrapolation scheme: <c>u(k+1) = alpha_k (u(k) - tau F(u(k))) + (1 - alpha_k) u(k-1)</c> with given <c>alpha</c>, one per step.
/// With the numbers of <see cref="FastSemiIterative{T}.Alpha"/> it is one FSI cycle, with ones it is the explicit scheme, bit for bit.
/// </summary>
/// <remarks>
/// <c>alpha_k = 1</c> for all steps is covered by the norm bound of the explicit scheme; for others nothing is guaranteed. A sequence whose first
/// number is not 1 starts from <c>u(-1) = u(0)</c>. The diffusion time of step <c>k</c> is <c>t(k+1) = alpha_k (t(k) + tau) + (1 - alpha_k) t(k-1)</c>.
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="alphas">One extrapolation weight per step.</param>
public sealed class ExtrapolatedScheme<T>(IReadOnlyList<double> alphas) : IDiffusionScheme<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>The diffusion time that all steps together cover, in units of the step size.</summary>
    public double UnitTime()
    {
        double before = 0, now = 0;
        foreach (double alpha in alphas)
        {
            (before, now) = (now, (alpha * (now + 1)) + ((1 - alpha) * before));
        }

        return now;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The weights cover no positive time.</exception>
    public void Advance(DiffusionFlow<T> flow, Field<T> u, double time, CancellationToken cancellationToken = default)
    {
        double unit = UnitTime();
        if (!(unit > 0))
        {
            throw new ArgumentException($"the {alphas.Count} extrapolation weights cover {unit} step sizes of time; it must be positive");
        }

        Run(flow, u, time / unit, cancellationToken);
    }

    /// <summary>All steps with a given step size.</summary>
    public void Run(DiffusionFlow<T> flow, Field<T> u, double tau, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(u);
        var skip = new Extrapolation<T>(u);
        skip.Restart(u);
        foreach (double alpha in alphas)
        {
            cancellationToken.ThrowIfCancellationRequested();
            flow.Evaluate(u, skip.Flow);
            skip.Step(u, T.CreateChecked(alpha), T.CreateChecked(tau));
        }
    }
}
