namespace Unrolled.Learning.Rules;

/// <summary>How a restart of a search goes on from its random start.</summary>
public enum RuleSearchMethod
{
    /// <summary>Simulated annealing: one to three genes are changed at a time, and losses are accepted the more rarely the later.</summary>
    Annealing,

    /// <summary>Every rule is drawn afresh, as the restarts of Corollary 2 are.</summary>
    Random,
}
