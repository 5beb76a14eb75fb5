namespace Unrolled.Problems;

/// <summary>Examples of d bits, each with a label of one bit.</summary>
/// <remarks>Immutable; sizes are checked once, here. Contradicting labels are allowed: learners count them.</remarks>
public sealed class LabeledExamples
{
    private readonly bool[] _labels;

    /// <summary>Creates the examples.</summary>
    /// <param name="inputs">The bits, one row per example; at least one bit.</param>
    /// <param name="labels">The labels, one per example.</param>
    /// <param name="encoding">How the examples were written and predictions for them are to be written.</param>
    /// <exception cref="ArgumentException">There is not one label per example, or examples have no bits.</exception>
    public LabeledExamples(BitRows inputs, ReadOnlySpan<bool> labels, BitEncoding encoding = BitEncoding.ZeroOne)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (labels.Length != inputs.Count)
        {
            throw new ArgumentException($"there are {labels.Length} labels for {inputs.Count} examples");
        }

        if (inputs.Width == 0)
        {
            throw new ArgumentException("the examples have 0 bits, expected at least 1");
        }

        (Inputs, Encoding, _labels) = (inputs, encoding, labels.ToArray());
    }

    /// <summary>The bits, one row per example.</summary>
    public BitRows Inputs { get; }

    /// <summary>The labels, one per example.</summary>
    public ReadOnlySpan<bool> Labels => _labels;

    /// <summary>m, the number of examples.</summary>
    public int Count => Inputs.Count;

    /// <summary>d, the number of bits of an example.</summary>
    public int Bits => Inputs.Width;

    /// <summary>How the examples were written and predictions for them are to be written.</summary>
    public BitEncoding Encoding { get; }

    /// <summary>The named examples, in that order.</summary>
    public LabeledExamples Select(ReadOnlySpan<int> examples)
    {
        bool[] labels = new bool[examples.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = _labels[examples[i]];
        }

        return new LabeledExamples(Inputs.Select(examples), labels, Encoding);
    }
}
