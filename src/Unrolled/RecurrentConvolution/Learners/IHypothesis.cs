using Unrolled.Problems;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>What was learned: a function of d bits that says what it is.</summary>
/// <remarks>Immutable; safe for use by several threads.</remarks>
public interface IHypothesis
{
    /// <summary>d, the number of bits of a query.</summary>
    int Bits { get; }

    /// <summary>The function in words of one line, bits counted from 0: <c>x3 ^ x7</c>.</summary>
    string Description { get; }

    /// <summary>How many of the examples that it was learned from it gets wrong: their labels contradict the others, or the function is of another kind.</summary>
    int Contradictions { get; }

    /// <summary>The label of a query.</summary>
    /// <param name="query">d bits as words of 64; bits behind the last are 0.</param>
    /// <exception cref="ArgumentException">The query has another number of words.</exception>
    bool Predict(ReadOnlySpan<ulong> query);

    /// <summary>The labels of queries.</summary>
    /// <exception cref="ArgumentException">The queries have another number of bits.</exception>
    bool[] Predict(BitRows queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Width != Bits)
        {
            throw new ArgumentException($"the queries have {queries.Width} bits, the examples had {Bits}", nameof(queries));
        }

        bool[] labels = new bool[queries.Count];
        for (int t = 0; t < labels.Length; t++)
        {
            labels[t] = Predict(queries.Row(t));
        }

        return labels;
    }

    /// <summary>On how many labeled bits the prediction is wrong.</summary>
    int Mistakes(LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        bool[] labels = Predict(examples.Inputs);
        int mistakes = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            mistakes += labels[i] != examples.Labels[i] ? 1 : 0;
        }

        return mistakes;
    }
}
