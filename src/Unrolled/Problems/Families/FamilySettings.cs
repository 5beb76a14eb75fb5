using System.Globalization;

namespace Unrolled.Problems.Families;

/// <summary>Families of problems as the sections of experiments and models.</summary>
public static class FamilySettings
{
    /// <summary>The kind of a family that only the program can draw from in which it was made.</summary>
    public const string OfProgram = "program";

    /// <summary>What a model stores of a family: its own section, or its description alone where it has none.</summary>
    public static Settings ForModel<TProblem>(IProblemFamily<TProblem> family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return family.Settings ?? Of(("kind", OfProgram), ("description", family.Description));
    }

    /// <summary>A section with these keys, numbers with the digits that read back as the same bits.</summary>
    internal static Settings Of(params ReadOnlySpan<(string Key, object Value)> entries)
    {
        var settings = new Settings("family", "family");
        foreach ((string key, object value) in entries)
        {
            settings.Set(key, string.Create(CultureInfo.InvariantCulture, $"{value}"));
        }

        return settings;
    }

    /// <summary>Refuses a family that no text describes.</summary>
    /// <exception cref="InvalidInputException">The section is that of a family of a program.</exception>
    internal static void RequireDrawable(Settings family)
    {
        if (family.TryGet("kind", out Setting? kind) && kind.Text == OfProgram)
        {
            throw family.Fault("kind", $"'{family.Path}.kind' is '{OfProgram}': the problems were drawn by the program that learned the model, and no others can be drawn here");
        }
    }
}
