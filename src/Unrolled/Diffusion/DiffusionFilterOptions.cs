using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>How a <see cref="DiffusionFilter"/> works; the defaults do for most images.</summary>
public sealed record DiffusionFilterOptions
{
    /// <summary>The flux.</summary>
    public Flux Flux { get; init; } = Flux.PeronaMalik;

    /// <summary>Whether the differences of a pixel share one diffusivity.</summary>
    public FluxCoupling Coupling { get; init; } = FluxCoupling.Isotropic;

    /// <summary>The contrast in units of the image: larger differences count as edges. Null to take it from <see cref="ContrastQuantile"/>.</summary>
    public double? Contrast { get; init; }

    /// <summary>The share of the nonzero gradients that are not edges.</summary>
    public double ContrastQuantile { get; init; } = 0.9;

    /// <summary>What stands outside.</summary>
    public Boundary Boundary { get; init; } = Boundary.Reflecting;

    /// <summary>Into how many FSI cycles the diffusion time is divided: more are more accurate.</summary>
    public int Cycles { get; init; } = 4;
}
