namespace Unrolled.Problems.Families;

/// <summary>The families of linear systems that an experiment can name.</summary>
public static class LinearFamilies
{
    private static readonly (string Kind, string Summary, Func<Settings, IProblemFamily<LinearSystem>> From)[] Entries =
    [
        ("five-by-five", "the 5 x 5 matrix of the R2N2 paper, random right-hand sides", FixedMatrixFamily.From),
        ("fixed-matrix", "a small matrix of your own, random right-hand sides", FixedMatrixFamily.From),
        ("random-symmetric", "random symmetric matrices around a small one", RandomSymmetricFamily.From),
        ("diffusion", "2-D or 3-D diffusion with random coefficients", DiffusionFamily.From),
        ("convection-diffusion", "2-D or 3-D convection-diffusion with random velocities", ConvectionDiffusionFamily.From),
        ("matrix-market", "a matrix from a Matrix Market file, random right-hand sides", MatrixMarketFamily.From),
        ("folder", "a folder of your own matrices, with right-hand sides or without", FolderFamily.From),
    ];

    /// <summary>Every kind with one line about it, in the order of a list to show.</summary>
    public static IReadOnlyList<(string Kind, string Summary)> All { get; } = [.. Entries.Select(e => (e.Kind, e.Summary))];

    /// <summary>
    /// Creates the family that the key <c>kind</c> names, from the other keys of the section. Relative paths start at the
    /// current directory. Values that were left out become part of the section.
    /// </summary>
    /// <exception cref="InvalidInputException">The kind or another key is unknown, or a value is out of range.</exception>
    public static IProblemFamily<LinearSystem> Create(Settings family)
    {
        ArgumentNullException.ThrowIfNull(family);
        FamilySettings.RequireDrawable(family);
        string kind = family.Choice("kind", [.. Entries.Select(e => e.Kind)]);
        IProblemFamily<LinearSystem> created = Entries.First(e => e.Kind == kind).From(family);
        family.RequireAllKnown();
        return created;
    }
}
