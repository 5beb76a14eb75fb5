namespace Unrolled.Learning.Rules;

/// <summary>What a restart of a <see cref="RuleSearch"/> ended with.</summary>
/// <param name="Genes">Its best rule.</param>
/// <param name="Score">The right answers of that rule to the small problems.</param>
/// <param name="Evaluations">How many rules were scored.</param>
/// <param name="Accepted">Whether the rule passed the validation.</param>
public sealed record RestartResult(byte[] Genes, int Score, int Evaluations, bool Accepted);
