namespace Unrolled.Diffusion.Multigrid;

/// <summary>The relaxation of every sweep of an inpainting cycle: on the finest grid and on all coarser ones.</summary>
/// <param name="Finest">One number per sweep on the finest grid, in (0, 2).</param>
/// <param name="Coarse">One number per sweep on every other grid.</param>
public sealed record InpaintingCycle(IReadOnlyList<double> Finest, IReadOnlyList<double> Coarse)
{
    /// <summary>Two sweeps of Gauss-Seidel.</summary>
    public static InpaintingCycle Classical { get; } = new([1, 1], [1, 1]);

    /// <summary>
    /// Trained on masks of 5 % known pixels: coarse operators of masked problems are too stiff, and overrelaxation makes up for it.
    /// </summary>
    public static InpaintingCycle Trained { get; } = new([1.3, 1.1], [1.4, 1.4]);

    /// <summary>All numbers.</summary>
    public double[] Values => [.. Finest, .. Coarse];

    /// <summary>The same shape with other numbers.</summary>
    /// <exception cref="ArgumentException">Their number differs.</exception>
    public InpaintingCycle With(ReadOnlySpan<double> values) => values.Length == Finest.Count + Coarse.Count
        ? new InpaintingCycle(values[..Finest.Count].ToArray(), values[Finest.Count..].ToArray())
        : throw new ArgumentException($"there are {values.Length} numbers, the cycle has {Finest.Count + Coarse.Count}", nameof(values));
}
