namespace Unrolled.Problems.Families;

/// <summary>The families of signals and images with noise that an experiment can name.</summary>
/// <remarks>
/// <code>
/// family:
///   kind: images               # or signals
///   images: photos             # a folder; without it, dead leaves
///   patch: 44
///   noise: { kind: gaussian, sigma: "uniform(5, 50)" }
/// </code>
/// </remarks>
public static class DenoisingFamilies
{
    private static readonly (string Kind, string Summary, Func<Settings, IFieldSource> From)[] Entries =
    [
        ("signals", "piecewise affine or constant signals, or your own from a CSV or NPY file, with noise", Signals),
        ("images", "dead-leaves images, or a folder of your own PNG, PGM and PPM images, with noise", Images),
    ];

    /// <summary>Every kind with one line about it, in the order of a list to show.</summary>
    public static IReadOnlyList<(string Kind, string Summary)> All { get; } = [.. Entries.Select(e => (e.Kind, e.Summary))];

    /// <summary>
    /// Creates the family that the key <c>kind</c> names, from the other keys of the section and its section <c>noise</c>. Relative paths
    /// start at the current directory. Values that were left out become part of the section.
    /// </summary>
    /// <exception cref="InvalidInputException">The kind or another key is unknown, a value is out of range, or a file is invalid.</exception>
    public static DenoisingFamily Create(Settings family)
    {
        ArgumentNullException.ThrowIfNull(family);
        FamilySettings.RequireDrawable(family);
        string kind = family.Choice("kind", [.. Entries.Select(e => e.Kind)]);
        IFieldSource source = Entries.First(e => e.Kind == kind).From(family);
        INoise noise = Noise(family.Section("noise"), source);
        family.RequireAllKnown();
        return new DenoisingFamily(source, noise);
    }

    private static IFieldSource Signals(Settings family)
    {
        int samples = family.Integer("samples", 1, 1 << 20, 256);
        if (family.Has("signals"))
        {
            return SignalFile.Read(family.Text("signals"), samples);
        }

        int fewest = family.Integer("fewest-segments", 1, PiecewiseSignals.MostSegments, 3);
        int most = family.Integer("most-segments", fewest, PiecewiseSignals.MostSegments, Math.Max(10, fewest));
        return new PiecewiseSignals(samples, fewest, most, family.Number("slope", 0, 1000, 2));
    }

    private static IFieldSource Images(Settings family)
    {
        int patch = family.Integer("patch", 1, 1 << 12, 44);
        if (family.Has("images"))
        {
            return ImageFolder.Read(family.Text("images"), patch);
        }

        double smallest = family.Number("smallest-radius", 0.25, 1e5, 1);
        return new DeadLeaves(
            patch, smallest, family.Number("largest-radius", smallest, 1e5, Math.Max(400, smallest)), family.Number("shading", 0, 1, 0.2), family.Number("texture", 0, 1, 0.05));
    }

    private static INoise Noise(Settings noise, IFieldSource source)
    {
        if (noise.Choice("kind", ["gaussian", "salt-and-pepper"], "gaussian") == "gaussian")
        {
            return new GaussianNoise(Range(noise, "sigma", source.NoiseUnit == 1 ? "0.2" : "25", 1e6), source.NoiseUnit);
        }

        return new SaltAndPepperNoise(Range(noise, "density", "0.1", 1), source.Low, source.Peak);
    }

    /// <summary>A constant or a uniform distribution between 0 and a largest number.</summary>
    private static Distribution Range(Settings noise, string key, string fallback, double most)
    {
        string text = noise.Text(key, fallback);
        try
        {
            Distribution range = Distribution.Parse(text);
            if (range.Kind != DistributionKind.Normal && range.First >= 0 && range.Second <= most)
            {
                return range;
            }
        }
        catch (FormatException)
        {
            // The same message serves.
        }

        throw noise.Fault(key, $"'{noise.Path}.{key}' is '{text}'; expected a number or uniform(a, b) from 0 to {most}");
    }
}
