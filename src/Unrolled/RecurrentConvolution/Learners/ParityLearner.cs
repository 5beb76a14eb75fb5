using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// Learns parities <c>y = &lt;theta, x&gt;</c> mod 2, or affine ones <c>y = &lt;theta, x&gt; + c</c>, by elimination over GF(2). The default execution is the
/// row engine; <see cref="Rules.Sieve"/> and <see cref="MemoryRcnn{T}"/> are the same learner as a rule and as a network.
/// </summary>
/// <remarks>
/// An affine parity is a parity with a constant bit 1 behind the others; it is the last column, so that it is free whenever the bits alone explain the
/// labels. Not noise tolerant: a wrong label in a row that is independent of those above it is believed.
/// </remarks>
public sealed class ParityLearner : ILearner
{
    private readonly int _constants;

    private ParityLearner(string name, int constants) => (Name, _constants) = (name, constants);

    /// <summary>Parities.</summary>
    public static ParityLearner Linear { get; } = new("parity", 0);

    /// <summary>Parities and their complements.</summary>
    public static ParityLearner Affine { get; } = new("affine-parity", 1);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc cref="ILearner.Learn"/>
    public ParityHypothesis Learn(LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        int d = examples.Bits, columns = d + _constants;
        BinaryMatrix rows = BinaryMatrix.Zeros(examples.Count, columns + 1);
        for (int i = 0; i < examples.Count; i++)
        {
            examples.Inputs.Row(i).CopyTo(rows.Row(i));
            for (int j = d; j < columns; j++)
            {
                rows[i, j] = true;
            }

            rows[i, columns] = examples.Labels[i];
        }

        using var engine = new RowEngine();
        return new ParityHypothesis(engine.Learn(rows), d);
    }

    /// <inheritdoc/>
    IHypothesis ILearner.Learn(LabeledExamples examples) => Learn(examples);
}
