using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;

namespace Unrolled.Deployment.Fields;

/// <summary>
/// A trained network as exporters write it: the operations of its graph, its numbers in two tables, and for every value a place in memory that is used
/// again when nothing reads the value any more.
/// </summary>
/// <remarks>
/// The fixed numbers are the same at all noise levels. The leveled ones have a row for every level; between two levels they are interpolated linearly in
/// the logarithm of the level. The weight with number i of the graph is fixed number i, or leveled number <c>i - Fixed.Length</c>.
/// </remarks>
internal sealed class FieldProgram
{
    private readonly int[] _depths;
    private readonly int[] _slots;
    private readonly List<(int Channels, int Depth)> _capacities = [];

    private FieldProgram(LearnedDenoiser denoiser)
    {
        FieldNetwork network = denoiser.Network;
        (Graph, Nodes, Levels) = (network.Graph, network.Graph.Nodes, network.Levels.Nodes.ToArray());
        double floor = 1e-12;
        Noise = (Math.Max(denoiser.Noise.Least, floor), Math.Max(denoiser.Noise.Largest, floor));
        (IsForSignals, NetworkName, NoiseUnit) = (denoiser.Fields == FieldKind.Signals, network.Name, denoiser.NoiseUnit);
        double[][] weights = new double[Levels.Length][];
        for (int level = 0; level < weights.Length; level++)
        {
            weights[level] = new double[Graph.WeightCount];
            network.WriteWeightsAt(denoiser.Parameters, level, weights[level]);
        }

        Fixed = weights[0][..network.LeveledWeights];
        Leveled = Array.ConvertAll(weights, w => w[network.LeveledWeights..]);
        (_depths, _slots) = (new int[Nodes.Count + 1], new int[Nodes.Count + 1]);
        Require();
        if (Steps.FirstOrDefault() is SymmetricStepNode step)
        {
            Flux = FluxForm.Of(step.Flux.Create<double>(weights[0].AsSpan(step.FluxNumbers, step.Flux.NumbersFor(step.Shape.Filters)), step.Shape.Filters));
            StepShape = step.Shape;
        }

        Allocate();
    }

    /// <summary>What the network is called.</summary>
    public string NetworkName { get; }

    /// <summary>Whether it is for signals, of one row.</summary>
    public bool IsForSignals { get; }

    /// <summary>The unit in which users give noise levels.</summary>
    public double NoiseUnit { get; }

    /// <summary>The graph.</summary>
    public FieldGraph Graph { get; }

    /// <summary>The operations; operation i makes value i + 1, value 0 is the input.</summary>
    public IReadOnlyList<FieldNode> Nodes { get; }

    /// <summary>The symmetric steps among the operations; they share their shapes.</summary>
    public IEnumerable<SymmetricStepNode> Steps => Nodes.OfType<SymmetricStepNode>();

    /// <summary>The flux of all symmetric steps; null where there are none.</summary>
    public FluxForm? Flux { get; }

    /// <summary>The convolutions of all symmetric steps.</summary>
    public BankShape StepShape { get; }

    /// <summary>The noise levels with numbers of their own, rising.</summary>
    public double[] Levels { get; }

    /// <summary>The least and the largest noise that the network was trained for, both positive.</summary>
    public (double Least, double Largest) Noise { get; }

    /// <summary>The numbers that are the same at all levels.</summary>
    public double[] Fixed { get; }

    /// <summary>A row of the other numbers for every level.</summary>
    public double[][] Leveled { get; }

    /// <summary>The places in memory: channels, and how often the axes were halved.</summary>
    public IReadOnlyList<(int Channels, int Depth)> Slots => _capacities;

    /// <summary>How often the axes are halved at most.</summary>
    public int Deepest => _depths.Max();

    /// <summary>The most channels of a padded value, times two for steps, which need a second one for the adjoint.</summary>
    public int PaddedChannels => Nodes.Max(n => n switch
    {
        SymmetricStepNode s => 2 * s.Shape.Channels,
        ConvolutionNode c => c.Shape.Channels,
        _ => 0,
    });

    /// <summary>The extents of the largest kernel.</summary>
    public (int Rows, int Columns) LargestKernel => (Nodes.Max(n => ShapeOf(n)?.KernelRows ?? 1), Nodes.Max(n => ShapeOf(n)?.KernelColumns ?? 1));

    /// <summary>The program of a denoiser.</summary>
    /// <exception cref="ArgumentException">The network has another boundary than the reflecting one, or does not map one channel to one.</exception>
    public static FieldProgram Of(LearnedDenoiser denoiser)
    {
        ArgumentNullException.ThrowIfNull(denoiser);
        return new FieldProgram(denoiser);
    }

    /// <summary>The place of a value.</summary>
    public int SlotOf(int value) => _slots[value];

    /// <summary>How often the axes were halved.</summary>
    public int DepthOf(int value) => _depths[value];

    /// <summary>The channels of a value.</summary>
    public int ChannelsOf(int value) => Graph.ChannelsOf(value);

    /// <summary>Fixed numbers of a node.</summary>
    public ReadOnlySpan<double> FixedNumbers(int start, int count) => Fixed.AsSpan(start, count);

    /// <summary>Where a leveled weight stands in its table.</summary>
    public int LeveledIndex(int weight) => weight - Fixed.Length;

    /// <summary>Sentences that say what the network is and for what noise, one a line.</summary>
    public IEnumerable<string> Heading(string description)
    {
        yield return description.ReplaceLineEndings(" ");
        yield return FormattableString.Invariant(
            $"A network for {(IsForSignals ? "signals" : "images")} of any size: {NetworkName}; {Fixed.Length + Leveled.Sum(l => l.Length)} numbers. Reflecting boundary, edge included.");
        yield return FormattableString.Invariant($"Trained for noise of standard deviation {Noise.Least:R} to {Noise.Largest:R}, in units of the values;");
        yield return "values with other noise are scaled to the nearest of these and back. Generated by unrolled export.";
    }

    private static BankShape? ShapeOf(FieldNode node) => node switch
    {
        SymmetricStepNode s => s.Shape,
        ConvolutionNode c => c.Shape,
        _ => null,
    };

    private void Require()
    {
        if (Graph.InputChannels != 1 || Graph.ChannelsOf(Nodes.Count) != 1)
        {
            throw new ArgumentException($"the network maps {Graph.InputChannels} channels to {Graph.ChannelsOf(Nodes.Count)}; expected one to one");
        }

        foreach (FieldNode node in Nodes)
        {
            if (ShapeOf(node) is { Boundary: not Boundary.Reflecting and var other })
            {
                throw new ArgumentException($"the network has the boundary {other}; only {Boundary.Reflecting} is exported");
            }
        }
    }

    /// <summary>Gives every value a place that no living value has: an operation that may write over what it reads frees that first.</summary>
    private void Allocate()
    {
        int[] lastUse = new int[Nodes.Count + 1];
        for (int i = 0; i < Nodes.Count; i++)
        {
            foreach (int input in Nodes[i].Inputs)
            {
                lastUse[input] = i;
            }
        }

        lastUse[^1] = int.MaxValue;
        var free = new List<int>();
        _slots[0] = Take(1, 0, free);
        for (int i = 0; i < Nodes.Count; i++)
        {
            FieldNode node = Nodes[i];
            int[] dead = [.. node.Inputs.Distinct().Where(v => lastUse[v] == i).Select(v => _slots[v])];
            bool overwrites = node is SymmetricStepNode or ConvolutionNode or BlendNode or SumNode or LiftNode or ProjectNode;
            _depths[i + 1] = node switch
            {
                DownsampleNode => _depths[node.Inputs[0]] + 1,
                UpsampleNode => _depths[node.Inputs[1]],
                _ => _depths[node.Inputs[0]],
            };
            if (overwrites)
            {
                free.AddRange(dead);
            }

            _slots[i + 1] = Take(node.Channels, _depths[i + 1], free);
            if (!overwrites)
            {
                free.AddRange(dead);
            }
        }
    }

    private int Take(int channels, int depth, List<int> free)
    {
        int best = free.FindAll(s => _capacities[s].Depth == depth).OrderByDescending(s => _capacities[s].Channels).FirstOrDefault(-1);
        if (best < 0)
        {
            _capacities.Add((channels, depth));
            return _capacities.Count - 1;
        }

        free.Remove(best);
        _capacities[best] = (Math.Max(channels, _capacities[best].Channels), depth);
        return best;
    }
}
