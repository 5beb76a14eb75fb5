using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Learning.Rules;

/// <summary>Cellular rules of a <see cref="RuleSpace"/> as learning programs: the examples and the query stand in a grid, and the rule runs 2m + d steps.</summary>
public sealed class CellRulePrograms(RuleSpace space) : IProgramSpace
{
    private readonly RuleSpace _space = space ?? throw new ArgumentNullException(nameof(space));

    /// <inheritdoc/>
    public double Size => _space.Size;

    /// <inheritdoc/>
    public ILearned Run(RandomStream stream, LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        byte[] genes = new byte[_space.Values.Length];
        _space.Draw(stream, genes);
        return new LearnedByRule(_space.ToRule(genes, "random"), examples);
    }
}
