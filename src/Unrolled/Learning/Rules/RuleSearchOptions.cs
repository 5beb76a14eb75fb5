using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>How a <see cref="RuleSearch"/> goes.</summary>
public sealed record RuleSearchOptions
{
    /// <summary>Options that suit a form: short and warm restarts for gates, longer ones for tables.</summary>
    public static RuleSearchOptions For(RuleForm form) => form == RuleForm.Gates ? new() { Evaluations = 8_000, Hot = 0.03 } : new();

    /// <summary>The sizes (d, m) of the problems that rules are scored on, 512 of each; cheap ones first, since scoring ends early.</summary>
    public IReadOnlyList<(int Bits, int Examples)> Sizes { get; init; } = [(1, 3), (2, 5), (3, 7)];

    /// <summary>How a restart goes on from its random start.</summary>
    public RuleSearchMethod Method { get; init; } = RuleSearchMethod.Annealing;

    /// <summary>The scored rules of a restart.</summary>
    public int Evaluations { get; init; } = 20_000;

    /// <summary>The first temperature, in parts of the right answers.</summary>
    public double Hot { get; init; } = 0.02;

    /// <summary>The last temperature; it falls linearly in between.</summary>
    public double Cold { get; init; } = 0.0005;

    /// <summary>The largest number of restarts.</summary>
    public int Restarts { get; init; } = 10_000;

    /// <summary>The restarts between two reports; how many there are changes nothing else.</summary>
    public int RestartsPerRound { get; init; } = 16;

    /// <summary>The number of threads; null for all processors. The rule that is found does not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>The processes that share the work; the result does not depend on how many there are.</summary>
    public IRanks Ranks { get; init; } = Numerics.Ranks.Alone;
}
