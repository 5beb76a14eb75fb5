using Unrolled.Problems;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>Learns a Boolean function from labeled bits.</summary>
/// <remarks>Immutable; deterministic: the same examples in the same order give the same hypothesis.</remarks>
public interface ILearner
{
    /// <summary>What it is called, for example <c>parity</c>.</summary>
    string Name { get; }

    /// <summary>Learns from all examples; none is enough for a hypothesis, though a poor one.</summary>
    IHypothesis Learn(LabeledExamples examples);
}
