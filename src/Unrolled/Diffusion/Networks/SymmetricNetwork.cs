using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// A symmetric residual network: explicit diffusion steps <c>v = u - tau K^T Phi(K u)</c> with kernels, fluxes and step sizes of their own,
/// optionally followed by a data term and by a skip over two blocks.
/// </summary>
/// <remarks>
/// <para>Half the kernels of a standard residual network; with steps below <c>2/(g_max ||K||^2)</c> no block increases the Euclidean
/// norm (arXiv 2107.14742). Parameters: <c>kernels</c> (blocks or 1, filters, channels, rows, columns); for every noise level <c>step</c> (blocks),
/// <c>flux</c> (blocks or 1, numbers of the flux), <c>data</c> (blocks); <c>extrapolation</c> (blocks).</para>
/// <para>Work per pixel: 4 operations per kernel point, filter and block, and the flux.</para>
/// </remarks>
public sealed class SymmetricNetwork : FieldNetwork
{
    private readonly List<int> _blockValues = [];
    private readonly int _kernelCount;
    private readonly int _fluxCount;

    /// <summary>Creates a network.</summary>
    public SymmetricNetwork(SymmetricNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Blocks, nameof(options.Blocks));
        Options = options;
        Bank = new BankShape(options.Filters, options.StateChannels, options.KernelRows, options.KernelColumns, options.Boundary);
        (_kernelCount, _fluxCount) = (Bank.KernelCount, options.Flux.NumbersFor(options.Filters));
        Graph = new FieldGraph(1, WeightStart(Weight.End));
        int input = options.StateChannels == 1 ? 0 : Graph.Add(new LiftNode(0, options.StateChannels));
        int before = input, u = input;
        for (int b = 0; b < options.Blocks; b++)
        {
            int set = b % KernelSets;
            int next = Graph.Add(new SymmetricStepNode(
                u, Bank, options.Flux, WeightStart(Weight.Kernels) + (set * _kernelCount), WeightStart(Weight.Flux) + (set * _fluxCount), WeightStart(Weight.Step) + b));
            if (HasData)
            {
                next = Graph.Add(new BlendNode(next, input, options.StateChannels, WeightStart(Weight.Data) + b));
            }

            if (HasExtrapolation && b > 0)
            {
                next = Graph.Add(new BlendNode(before, next, options.StateChannels, WeightStart(Weight.Extrapolation) + b));
            }

            (before, u) = (u, next);
            _blockValues.Add(next);
        }

        if (options.StateChannels > 1)
        {
            Graph.Add(new ProjectNode(u, 1));
        }
    }

    private enum Weight
    {
        Kernels,
        Flux,
        Step,
        Data,
        Extrapolation,
        End,
    }

    /// <summary>The structure.</summary>
    public SymmetricNetworkOptions Options { get; }

    /// <summary>The convolutions of a block.</summary>
    public BankShape Bank { get; }

    /// <summary>How many sets of kernels and fluxes there are: one per block, or one.</summary>
    public int KernelSets => Options.Sharing == WeightSharing.None ? Options.Blocks : 1;

    /// <summary>The numbers of the values that the blocks end with, in the graph.</summary>
    public IReadOnlyList<int> BlockValues => _blockValues;

    /// <inheritdoc/>
    public override string Name =>
        $"symmetric {Options.Flux.Name}, {Options.Filters} filters{(Options.StateChannels > 1 ? $", state of {Options.StateChannels}" : string.Empty)}"
        + $"{(Options.Sharing == WeightSharing.None ? string.Empty : ", shared")}{(HasExtrapolation ? ", skip" : string.Empty)}";

    /// <inheritdoc/>
    public override FieldGraph Graph { get; }

    /// <inheritdoc/>
    internal override NoiseLevels Levels => Options.Levels;

    /// <inheritdoc/>
    internal override int LeveledWeights => WeightStart(Weight.Flux);

    private bool HasData => Options.Terms.HasFlag(NetworkTerms.Data);

    private bool HasExtrapolation => Options.Terms.HasFlag(NetworkTerms.Extrapolation);

    /// <inheritdoc/>
    public override Parameters CreateParameters()
    {
        int levels = Options.Levels.Count, blocks = Options.Blocks;
        var layout = new List<(string, int[])>
        {
            ("kernels", [KernelSets, Bank.Filters, Bank.Channels, Bank.KernelRows, Bank.KernelColumns]),
            ("flux", [levels, KernelSets, _fluxCount]),
            ("step", [levels, blocks]),
        };
        if (HasData)
        {
            layout.Add(("data", [levels, blocks]));
        }

        if (HasExtrapolation)
        {
            layout.Add(("extrapolation", [blocks]));
        }

        return new Parameters([.. layout]);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Kernels are the discrete cosine basis without its constant where there are enough of them, else random with zero mean; contrasts are those of
    /// the noise behind the kernels.
    /// </remarks>
    public override Parameters InitialParameters(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Parameters parameters = CreateParameters();
        Span<double> kernels = parameters["kernels"], contrasts = stackalloc double[Bank.Filters];
        int set = Bank.KernelCount, points = Bank.KernelRows * Bank.KernelColumns;
        for (int k = 0; k < KernelSets; k++)
        {
            InitialKernels.Write(Bank, kernels.Slice(k * set, set), random);
        }

        for (int level = 0; level < Options.Levels.Count; level++)
        {
            for (int k = 0; k < KernelSets; k++)
            {
                for (int c = 0; c < Bank.Filters; c++)
                {
                    ReadOnlySpan<double> filter = kernels.Slice((k * set) + (c * Bank.Channels * points), Bank.Channels * points);
                    contrasts[c] = Options.Levels.Nodes[level] * Math.Sqrt(Kernels.Dot(filter, filter));
                }

                Options.Flux.Initialize(contrasts, parameters["flux"].Slice(((level * KernelSets) + k) * _fluxCount, _fluxCount));
            }
        }

        parameters["step"].Fill(1);
        if (HasData)
        {
            parameters["data"].Fill(0.05);
        }

        if (HasExtrapolation)
        {
            parameters["extrapolation"].Fill(1);
        }

        return parameters;
    }

    /// <inheritdoc/>
    public override void WriteWeights(Parameters parameters, double sigma, Span<double> weights)
    {
        (int lower, double upperWeight) = Options.Levels.Locate(sigma);
        WriteWeights(parameters, lower, upperWeight, weights);
    }

    /// <inheritdoc/>
    internal override void WriteWeightsAt(Parameters parameters, int level, Span<double> weights) => WriteWeights(parameters, level, 0, weights);

    private void WriteWeights(Parameters parameters, int lower, double upperWeight, Span<double> weights)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters["kernels"].CopyTo(weights);
        foreach ((string name, Weight slot) in Leveled())
        {
            Span<double> target = weights[WeightStart(slot)..WeightStart(slot + 1)];
            ReadOnlySpan<double> nodes = parameters[name];
            for (int i = 0; i < target.Length; i++)
            {
                double low = nodes[(lower * target.Length) + i];
                target[i] = upperWeight == 0 ? low : low + (upperWeight * (nodes[((lower + 1) * target.Length) + i] - low));
            }
        }

        if (HasExtrapolation)
        {
            parameters["extrapolation"].CopyTo(weights[WeightStart(Weight.Extrapolation)..]);
        }
    }

    /// <inheritdoc/>
    public override void AddGradient(ReadOnlySpan<double> weightGradient, double sigma, Parameters gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Add(weightGradient[..WeightStart(Weight.Flux)], gradient["kernels"], 1);
        (int lower, double upperWeight) = Options.Levels.Locate(sigma);
        foreach ((string name, Weight slot) in Leveled())
        {
            ReadOnlySpan<double> source = weightGradient[WeightStart(slot)..WeightStart(slot + 1)];
            Add(source, gradient[name].Slice(lower * source.Length, source.Length), 1 - upperWeight);
            if (upperWeight > 0)
            {
                Add(source, gradient[name].Slice((lower + 1) * source.Length, source.Length), upperWeight);
            }
        }

        if (HasExtrapolation)
        {
            Add(weightGradient[WeightStart(Weight.Extrapolation)..], gradient["extrapolation"], 1);
        }
    }

    /// <summary>The flux of a block.</summary>
    /// <param name="weights">Weights of the graph.</param>
    /// <param name="block">The block.</param>
    public IActivation<double> FluxOf(ReadOnlySpan<double> weights, int block) =>
        Options.Flux.Create(weights.Slice(WeightStart(Weight.Flux) + (block % KernelSets * _fluxCount), _fluxCount), Options.Filters);

    /// <summary>The symmetric step of a block.</summary>
    /// <param name="weights">Weights of the graph.</param>
    /// <param name="block">The block.</param>
    public SymmetricStep<double> StepOf(ReadOnlySpan<double> weights, int block) => new(
        Bank.Create(weights.Slice(block % KernelSets * _kernelCount, _kernelCount)), FluxOf(weights, block), weights[WeightStart(Weight.Step) + block]);

    /// <summary>The weight of the data term of a block; 0 without.</summary>
    /// <param name="weights">Weights of the graph.</param>
    /// <param name="block">The block.</param>
    public double DataWeightOf(ReadOnlySpan<double> weights, int block) => HasData ? weights[WeightStart(Weight.Data) + block] : 0;

    private static void Add(ReadOnlySpan<double> source, Span<double> target, double factor)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] += factor * source[i];
        }
    }

    private IEnumerable<(string Name, Weight Slot)> Leveled() => HasData
        ? [("flux", Weight.Flux), ("step", Weight.Step), ("data", Weight.Data)]
        : [("flux", Weight.Flux), ("step", Weight.Step)];

    private int WeightStart(Weight slot) =>
        (slot > Weight.Kernels ? KernelSets * _kernelCount : 0)
        + (slot > Weight.Flux ? KernelSets * _fluxCount : 0)
        + (slot > Weight.Step ? Options.Blocks : 0)
        + (slot > Weight.Data && HasData ? Options.Blocks : 0)
        + (slot > Weight.Extrapolation && HasExtrapolation ? Options.Blocks : 0);
}
