using Unrolled.Problems;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>The bits per column that a <see cref="ColumnProgram"/> ended with.</summary>
internal sealed class ColumnHypothesis : IHypothesis
{
    private readonly ColumnProgram _program;
    private readonly ulong[] _state;

    public ColumnHypothesis(ColumnProgram program, ulong[] state, LabeledExamples examples)
    {
        (_program, _state, Bits) = (program, state, examples.Bits);
        Contradictions = ((IHypothesis)this).Mistakes(examples);
    }

    public int Bits { get; }

    public int Contradictions { get; }

    public string Description => _program.Describe([.. Enumerable.Range(0, Bits).Where(j => Bit(_state, j))], Bits);

    public bool Predict(ReadOnlySpan<ulong> query)
    {
        if (query.Length != _state.Length)
        {
            throw new ArgumentException($"the query has {query.Length} words, {Bits} bits need {_state.Length}", nameof(query));
        }

        bool fold = _program.InitialFold;
        for (int j = Bits - 1; j >= 0; j--)
        {
            fold = _program.Fold[(fold ? 1 : 0) | (Bit(_state, j) ? 2 : 0) | (Bit(query, j) ? 4 : 0)];
        }

        return fold;
    }

    private static bool Bit(ReadOnlySpan<ulong> words, int j) => ((words[j / 64] >> (j % 64)) & 1) != 0;
}
