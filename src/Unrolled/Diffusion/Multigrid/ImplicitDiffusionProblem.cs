using Unrolled.Numerics;

namespace Unrolled.Diffusion.Multigrid;

/// <summary>
/// One implicit step of nonlinear diffusion, <c>x + tau K^T Phi(K x) = b</c>, K the forward differences of the grid, reflecting boundary: one image
/// of one channel. Large <c>tau</c> makes it an elliptic problem; a linear flux and <c>tau</c> beyond 1e6 make it Poisson's.
/// </summary>
public sealed record ImplicitDiffusionProblem
{
    /// <summary>Creates a problem.</summary>
    /// <param name="data">The image <c>b</c>, one plane.</param>
    /// <param name="tau">The step size.</param>
    /// <param name="flux">The flux for the two differences of a pixel; monotone, or the solution need not be unique.</param>
    /// <exception cref="ArgumentException">There is not exactly one plane, it is empty, or the step is not positive.</exception>
    public ImplicitDiffusionProblem(Field<double> data, double tau, IActivation<double> flux)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(flux);
        Guard.Equal(data.Instances * data.Channels, 1, "the number of planes", "that of a diffusion problem");
        if (data.PlaneLength == 0 || !(tau > 0) || !double.IsFinite(tau))
        {
            throw new ArgumentException($"an image of {data.Rows} x {data.Columns} pixels and a step of {tau}: both must be positive");
        }

        (Data, Tau, Flux) = (data, tau, flux);
    }

    /// <summary>The image <c>b</c>.</summary>
    public Field<double> Data { get; }

    /// <summary>The step size.</summary>
    public double Tau { get; }

    /// <summary>The flux.</summary>
    public IActivation<double> Flux { get; }
}
