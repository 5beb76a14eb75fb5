using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Learning.Rules;

/// <summary>A cellular rule with the examples it learns from; it learns anew for every query, 512 queries at once.</summary>
/// <remarks>The rule must have the bits of a <see cref="RuleSpace"/>: rows in bit 0, the first pulse in bit 4.</remarks>
public sealed class LearnedByRule : ILearned
{
    private readonly CellRule _rule;
    private readonly LabeledExamples _examples;

    /// <summary>Creates the pair.</summary>
    /// <exception cref="ArgumentException">The rule has too few bits.</exception>
    public LearnedByRule(CellRule rule, LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(examples);
        if (rule.Bits.Length <= RuleSpace.PulseBit)
        {
            throw new ArgumentException($"the rule has {rule.Bits.Length} bits, expected at least {RuleSpace.PulseBit + 1}");
        }

        (_rule, _examples) = (rule, examples);
    }

    /// <inheritdoc/>
    public string Program => _rule.ToString();

    /// <inheritdoc/>
    public void Predict(BitRows queries, Span<bool> predictions)
    {
        ArgumentNullException.ThrowIfNull(queries);
        (int m, int d) = (_examples.Count, _examples.Bits);
        if (queries.Width != d || predictions.Length != queries.Count)
        {
            throw new ArgumentException($"there are {queries.Count} queries of {queries.Width} bits for examples of {d} bits and room for {predictions.Length} predictions");
        }

        var engine = new ProblemsEngine(_rule, m + 1, d + 1);
        for (int first = 0; first < queries.Count; first += ProblemsEngine.Problems)
        {
            engine.Clear();
            int count = Math.Min(ProblemsEngine.Problems, queries.Count - first);
            for (int j = 0; j <= d; j++)
            {
                for (int i = 0; i < m; i++)
                {
                    engine.Cell(0, i, j).Fill((j == d ? _examples.Labels[i] : _examples.Inputs[i, j]) ? ulong.MaxValue : 0);
                }

                Span<ulong> query = engine.Cell(0, m, j);
                for (int n = 0; n < count && j < d; n++)
                {
                    query[n >> 6] |= queries[first + n, j] ? 1UL << n : 0;
                }
            }

            engine.Cell(RuleSpace.PulseBit, 0, 0).Fill(ulong.MaxValue);
            engine.Step((2 * m) + d);
            ReadOnlySpan<ulong> answers = engine.Cell(0, m, d);
            for (int n = 0; n < count; n++)
            {
                predictions[first + n] = ((answers[n >> 6] >> n) & 1) != 0;
            }
        }
    }
}
