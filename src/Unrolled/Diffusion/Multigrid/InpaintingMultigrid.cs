using Unrolled.Diffusion.Schemes;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Multigrid;

/// <summary>
/// Inpainting by diffusion to its steady state: <c>div(g(|grad u|^2) grad u) = 0</c> at unknown pixels, given values at the others, reflecting
/// boundary. Multigrid whose coarse grids know the mask.
/// </summary>
/// <remarks>
/// <para>Known pixels, 5 % and scattered, vanish from coarse grids that only average; here interpolation and coarse operators are made from the
/// masked operator itself (<c>P^T A P</c>). The cycle visits the coarse grids first and smooths after, by two sweeps of overrelaxation.</para>
/// <para>A linear flux keeps one set of operators. For others the diffusivity is held at the current iterate and the coarse operators are made anew before
/// each cycle, and the true flow gives every residual: lagged diffusivity with one cycle per system. Fluxes should be
/// monotone; otherwise a steady state need not be unique.</para>
/// <para>Storage about 30 numbers per pixel.</para>
/// </remarks>
/// <param name="flux">The flux for the two differences of a pixel.</param>
/// <param name="linearity">Whether the flux is linear.</param>
/// <param name="cycle">The relaxations; null for the trained ones.</param>
public sealed class InpaintingMultigrid(IActivation<double> flux, Linearity linearity = Linearity.Nonlinear, InpaintingCycle? cycle = null)
{
    /// <summary>Multiply-adds per pixel of one evaluation of the flow: two differences of two numbers and their adjoint.</summary>
    internal const double FlowWork = 8;

    private const double DivergenceFactor = 1e3;

    private readonly InpaintingCycle _cycle = cycle ?? InpaintingCycle.Trained;

    /// <summary>Homogeneous diffusion.</summary>
    public static InpaintingMultigrid Homogeneous(InpaintingCycle? cycle = null) => new(new IdentityFlux(), Linearity.Linear, cycle);

    /// <summary>Fills in one channel of an image in place.</summary>
    /// <param name="u">One instance of one channel; known pixels hold their values, the others the start.</param>
    /// <param name="known">Whether a pixel is known.</param>
    /// <param name="relativeTolerance">How far the norm of the flow at unknown pixels is to fall.</param>
    /// <param name="mostCycles">The largest number of cycles.</param>
    /// <param name="history">Receives the relative norm before the first and after every cycle; null for nowhere.</param>
    /// <param name="cancellationToken">Looked at before every cycle.</param>
    /// <exception cref="ArgumentException">Extents differ or no pixel is known.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop; <paramref name="u"/> is the iterate so far.</exception>
    public MultigridOutcome Solve(
        Field<double> u, ReadOnlySpan<bool> known, double relativeTolerance = 1e-8, int mostCycles = 100, IList<double>? history = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(u);
        Guard.Equal(u.Instances * u.Channels, 1, "the number of planes", "that of an inpainting problem");
        Guard.Equal(known.Length, u.PlaneLength, "the length of the mask", "the number of pixels");
        if (!known.Contains(true))
        {
            throw new ArgumentException("no pixel is known; the steady state is not determined", nameof(known));
        }

        bool[] mask = known.ToArray();
        var block = new SymmetricStep<double>(GradientBank.Create<double>(2), flux, 1);
        var flow = new DiffusionFlow<double>(block, u, mask);
        var grids = new StencilMultigrid(u.Rows, u.Columns, [.. _cycle.Finest], [.. _cycle.Coarse], FlowWork);
        Field<double> r = u.ZerosLike(), best = u.ZerosLike(), start = u.ZerosLike(), correction = u.ZerosLike(), right = u.ZerosLike();
        double first = Flow(flow, u, r), norm = first, least = double.PositiveInfinity;
        bool verified = true;
        for (int count = 0; ; count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            history?.Add(first > 0 ? norm / first : 0);
            Termination? end = End(norm, first, relativeTolerance, count, mostCycles);
            if (end is not null && !verified)
            {
                // The cycle's own residual is not believed before the flow confirms it.
                norm = Flow(flow, u, r);
                end = End(norm, first, relativeTolerance, count, mostCycles);
                verified = true;
            }

            if (verified && norm < least)
            {
                least = norm;
                u.CopyTo(best);
            }

            if (end is Termination termination)
            {
                best.CopyTo(u);
                return new MultigridOutcome(termination, first > 0 ? least / first : 0, count, flow.Evaluations + grids.Work, 0);
            }

            if (count == 0 || linearity == Linearity.Nonlinear)
            {
                flow.Freeze(u);
                FivePoint.Fill(grids.Finest, flow.Diffusivity, mask);
                grids.Setup();
                u.CopyTo(start);
                r.CopyTo(right);
                correction.Values.Clear();
            }

            grids.Cycle(correction.Values, right.Values, r.Values);
            Kernels.Add(start.Values, correction.Values, u.Values);
            verified = linearity == Linearity.Nonlinear;
            norm = verified ? Flow(flow, u, r) : ImplicitResidual<double>.Norm(r);
        }
    }

    private static Termination? End(double norm, double first, double tolerance, int count, int mostCycles) =>
        norm <= tolerance * first ? Termination.Converged
        : !double.IsFinite(norm) ? Termination.NonFinite
        : norm > DivergenceFactor * first ? Termination.Diverged
        : count >= mostCycles ? Termination.IterationLimit : null;

    /// <summary><c>r = -F(u)</c> and its norm.</summary>
    private static double Flow(DiffusionFlow<double> flow, Field<double> u, Field<double> r)
    {
        flow.Evaluate(u, r);
        Kernels.Multiply(-1.0, r.Values, r.Values);
        return ImplicitResidual<double>.Norm(r);
    }

    private sealed class IdentityFlux : IActivation<double>
    {
        public int ParameterCount => 0;

        public void Apply(ReadOnlySpan<double> s, Span<double> value, int channels) => s.CopyTo(value);

        public void Linearize(ReadOnlySpan<double> s, ReadOnlySpan<double> p, Span<double> value, Span<double> product, int channels, Span<double> gradient)
        {
            s.CopyTo(value);
            p.CopyTo(product);
        }
    }
}
