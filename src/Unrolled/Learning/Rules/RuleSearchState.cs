namespace Unrolled.Learning.Rules;

/// <summary>All that a <see cref="RuleSearch"/> needs to go on with the same results.</summary>
/// <param name="Restarts">How many restarts were done.</param>
/// <param name="Evaluations">How many rules were scored in them.</param>
/// <param name="OverFits">How many rules answered all small problems right and were rejected at larger sizes.</param>
/// <param name="Best">The genes with the most right answers; of equals, those of the earliest restart.</param>
/// <param name="BestScore">That number; -1 before the first restart.</param>
/// <param name="Found">The genes of the rule that the validation accepted; null if there is none yet.</param>
public sealed record RuleSearchState(int Restarts, long Evaluations, int OverFits, byte[] Best, int BestScore, byte[]? Found)
{
    /// <summary>Nothing done yet.</summary>
    public static RuleSearchState Start { get; } = new(0, 0, 0, [], -1, null);
}
