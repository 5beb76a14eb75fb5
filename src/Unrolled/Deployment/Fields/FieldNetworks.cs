using System.Globalization;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Deployment.Fields;

/// <summary>Networks for signals and images as an experiment or a model describes them.</summary>
/// <remarks>
/// <code>
/// network: symmetric           # resnet, dncnn, u-net
/// blocks: 5                    # dncnn: layers; u-net: levels
/// filters: 16
/// kernel: 5
/// flux: spline                 # mixture, relu, or a flux by its name
/// knots: [0.5, 1, 2, 4]        # of a spline, in units of the contrast
/// backward: 0                  # of a spline: how far its ratios may fall below 0; above 0 the norm may grow, by a proved bound
/// sharing: none                # all-blocks
/// data-term: none              # learned
/// extrapolation: none          # learned
/// levels: [5, 15, 25, 50]      # noise levels with numbers of their own
/// </code>
/// </remarks>
public static class FieldNetworks
{
    private static readonly string[] Kinds = ["symmetric", "resnet", "dncnn", "u-net"];

    /// <summary>The network of a section for a family: for signals where fields have one row, with one noise level in the middle of the family's unless the section names levels.</summary>
    /// <param name="family">The family.</param>
    /// <param name="section">The section; null for the default network.</param>
    /// <exception cref="InvalidInputException">A key is out of range, or keys do not fit together.</exception>
    public static FieldNetwork For(DenoisingFamily family, Settings? section = null)
    {
        ArgumentNullException.ThrowIfNull(family);
        double unit = family.Source.NoiseUnit;
        (double least, double largest) = family.Noise.Sigma;
        double middle = Math.Max(1e-6, Math.Sqrt(Math.Max(least, 1e-3 * largest) * largest) / unit);
        return Read(section ?? new Settings("network"), family.Source.Rows == 1 ? FieldKind.Signals : FieldKind.Images, middle.ToString("R", CultureInfo.InvariantCulture), unit);
    }

    /// <summary>Reads a network; values that were left out become part of the section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="fields">What it is for.</param>
    /// <param name="levels">The noise levels where the section names none, in the family's units.</param>
    /// <param name="unit">The unit of noise levels.</param>
    /// <exception cref="InvalidInputException">A key is out of range, or keys do not fit together.</exception>
    public static FieldNetwork Read(Settings section, FieldKind fields, string levels, double unit)
    {
        ArgumentNullException.ThrowIfNull(section);
        bool signals = fields == FieldKind.Signals;
        string kind = section.Choice("network", Kinds, Kinds[0]);
        int kernel = section.Integer("kernel", 1, 31, kind is "dncnn" or "u-net" ? 3 : 5);
        if (int.IsEvenInteger(kernel))
        {
            throw section.Fault("kernel", $"'{section.Path}.kernel' is {kernel}; expected an odd number");
        }

        int rows = signals ? 1 : kernel, filters = section.Integer("filters", 1, 512, kind == "u-net" ? 8 : signals ? 8 : 16);
        return kind switch
        {
            "resnet" => new ResidualNetwork(section.Integer("blocks", 1, 100, 5), filters, rows, kernel, section.Integer("state-channels", 1, 64, 1)),
            "dncnn" => new PlainNetwork(section.Integer("layers", 2, 100, 5), filters, rows, kernel),
            "u-net" => new UNetwork(section.Integer("grids", 2, 8, 3), filters, rows, kernel),
            _ => Symmetric(section, rows, kernel, filters, signals, levels, unit),
        };
    }

    /// <summary>The section of a network, as <see cref="Read"/> reads it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="fields">What it is for.</param>
    /// <param name="unit">The unit of noise levels.</param>
    /// <exception cref="ArgumentException">It is of a kind of its own, its kernels are not square (one row for signals), or what stands outside is not a reflection.</exception>
    public static Settings Write(FieldNetwork network, FieldKind fields, double unit)
    {
        ArgumentNullException.ThrowIfNull(network);
        var section = new Settings("model", "methodSettings");
        (string Kind, string Depth, int Count, BankShape Bank) shape = network switch
        {
            SymmetricNetwork { Options: { } o } => ("symmetric", "blocks", o.Blocks, new BankShape(o.Filters, o.StateChannels, o.KernelRows, o.KernelColumns, o.Boundary)),
            ResidualNetwork { Layers: { } layers } => ("resnet", "blocks", layers.Count / 2, layers.First),
            PlainNetwork { Layers: { } layers } => ("dncnn", "layers", layers.Count, layers.First),
            UNetwork { Layers: { } layers } u => ("u-net", "grids", u.Grids, layers.First),
            _ => throw new ArgumentException($"a model holds networks of the kinds {string.Join(", ", Kinds)}; this one is a {network.GetType().Name}", nameof(network)),
        };
        BankShape bank = shape.Bank;
        int rows = fields == FieldKind.Signals ? 1 : bank.KernelColumns;
        if (bank.KernelRows != rows || bank.Boundary != Boundary.Reflecting)
        {
            throw new ArgumentException(
                $"the kernels are {bank.KernelRows} x {bank.KernelColumns} with the boundary {bank.Boundary}; a model of {fields} holds kernels of {rows} x {bank.KernelColumns} with the boundary {Boundary.Reflecting}",
                nameof(network));
        }

        section.Set("network", shape.Kind);
        section.Set(shape.Depth, Text(shape.Count));
        section.Set("filters", Text(bank.Filters));
        section.Set("kernel", Text(bank.KernelColumns));
        if (network is SymmetricNetwork or ResidualNetwork)
        {
            section.Set("state-channels", Text(bank.Channels));
        }

        if (network is SymmetricNetwork symmetric)
        {
            WriteSymmetric(symmetric.Options, unit, section);
        }

        return section;
    }

    private static void WriteSymmetric(SymmetricNetworkOptions options, double unit, Settings section)
    {
        FluxShape flux = options.Flux;
        section.Set("flux", flux.Knots.Length > 0 ? "spline" : flux.Name);
        if (flux.Knots.Length > 0)
        {
            section.Set("knots", string.Join(", ", flux.Knots.ToArray().Select(Text)));
            section.Set("backward", Text(flux.Backward));
        }

        section.Set("sharing", options.Sharing == WeightSharing.None ? "none" : "all-blocks");
        section.Set("data-term", options.Terms.HasFlag(NetworkTerms.Data) ? "learned" : "none");
        section.Set("extrapolation", options.Terms.HasFlag(NetworkTerms.Extrapolation) ? "learned" : "none");
        section.Set("levels", string.Join(", ", options.Levels.Nodes.ToArray().Select(level => Text(level / unit))));
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static SymmetricNetwork Symmetric(Settings section, int rows, int kernel, int filters, bool signals, string levels, double unit)
    {
        double[] nodes = Rising(section, "levels", 1e-6, 1e6, levels);
        return new SymmetricNetwork(new SymmetricNetworkOptions
        {
            Blocks = section.Integer("blocks", 1, 100, 5),
            Filters = filters,
            KernelRows = rows,
            KernelColumns = kernel,
            StateChannels = section.Integer("state-channels", 1, 64, 1),
            Flux = Flux(section, signals),
            Sharing = section.Choice("sharing", ["none", "all-blocks"], "none") == "none" ? WeightSharing.None : WeightSharing.AllBlocks,
            Terms = (section.Choice("data-term", ["none", "learned"], signals ? "none" : "learned") == "learned" ? NetworkTerms.Data : NetworkTerms.None)
                | (section.Choice("extrapolation", ["none", "learned"], "none") == "learned" ? NetworkTerms.Extrapolation : NetworkTerms.None),
            Levels = new NoiseLevels(Array.ConvertAll(nodes, n => n * unit)),
        });
    }

    private static FluxShape Flux(Settings section, bool signals)
    {
        string[] names = ["spline", "mixture", "relu", .. Diffusion.Flux.All.Select(f => f.Name)];
        string name = section.Choice("flux", names, signals ? "perona-malik" : "spline");
        return name switch
        {
            "spline" => FluxShape.Spline(Rising(section, "knots", 1e-6, 1e6, "0.5, 1, 1.5, 2, 3, 4.5, 7, 11"), section.Number("backward", 0, 10, 0)),
            "mixture" => FluxShape.Mixture(),
            "relu" => FluxShape.Relu,
            _ => FluxShape.Of(Diffusion.Flux.Named(name)),
        };
    }

    private static double[] Rising(Settings section, string key, double least, double most, string fallback)
    {
        double[] numbers = section.Numbers(key, least, most, fallback);
        for (int i = 1; i < numbers.Length; i++)
        {
            if (!(numbers[i] > numbers[i - 1]))
            {
                throw section.Fault(key, FormattableString.Invariant($"'{section.Path}.{key}' must rise; {numbers[i]} follows {numbers[i - 1]}"));
            }
        }

        return numbers;
    }
}
