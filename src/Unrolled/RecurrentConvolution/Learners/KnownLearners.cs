namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>The learners of the library by name.</summary>
public static class KnownLearners
{
    private static readonly ILearner[] Learners =
    [
        ParityLearner.Linear, ParityLearner.Affine, ColumnProgram.ParityOfAll, ColumnProgram.Dictator, ColumnProgram.Conjunction, ColumnProgram.Disjunction,
        ColumnProgram.Constant,
    ];

    /// <summary>All of them.</summary>
    public static ReadOnlySpan<ILearner> All => Learners;

    /// <summary>The learner of a name.</summary>
    /// <exception cref="ArgumentException">There is no such learner; the message names all.</exception>
    public static ILearner Find(string name) => Array.Find(Learners, l => l.Name == name)
        ?? throw new ArgumentException($"there is no learner '{name}'; known are {string.Join(", ", Learners.Select(l => l.Name))}", nameof(name));
}
