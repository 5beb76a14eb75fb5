using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>The convolutions of an unconstrained network in the order in which they are used, with kernels and biases of their own.</summary>
internal sealed class ConvolutionLayers(IReadOnlyList<BankShape> shapes)
{
    private readonly List<Rectification> _ends = [];
    private int _weight;

    /// <summary>The first of them.</summary>
    public BankShape First => shapes[0];

    /// <summary>The number of filters of the first of them.</summary>
    public int Channels => shapes[0].Filters;

    /// <summary>How many there are.</summary>
    public int Count => shapes.Count;

    /// <summary>How many numbers they have.</summary>
    public int WeightCount => shapes.Sum(s => s.KernelCount + s.Filters);

    /// <summary>The parameters, layer after layer.</summary>
    public Parameters CreateParameters() => new(
    [
        .. shapes.SelectMany((s, l) => new (string, int[])[]
        {
            ($"layer {l}/kernels", [s.Filters, s.Channels, s.KernelRows, s.KernelColumns]),
            ($"layer {l}/biases", [s.Filters]),
        }),
    ]);

    /// <summary>
    /// Normal kernels of variance <c>2/(inputs of a filter)</c> (He et al., ICCV 2015) and biases of zero; layers that are not rectified begin at a tenth
    /// of that, so that a network begins near the identity.
    /// </summary>
    public Parameters InitialParameters(RandomStream random)
    {
        Parameters parameters = CreateParameters();
        for (int l = 0; l < shapes.Count; l++)
        {
            double deviation = Math.Sqrt(2.0 / (shapes[l].KernelCount / shapes[l].Filters)) * (_ends[l] == Rectification.None ? 0.1 : 1);
            foreach (ref double kernel in parameters[$"layer {l}/kernels"])
            {
                kernel = deviation * random.NextNormal();
            }
        }

        return parameters;
    }

    /// <summary>Appends the next convolution to the graph and returns the number of its value.</summary>
    public int Append(FieldGraph graph, int input, Rectification end)
    {
        BankShape shape = shapes[_ends.Count];
        _ends.Add(end);
        int kernels = _weight, biases = kernels + shape.KernelCount;
        _weight = biases + shape.Filters;
        return graph.Add(new ConvolutionNode(input, shape, kernels, biases, end));
    }
}
