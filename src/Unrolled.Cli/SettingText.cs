using Unrolled.Problems;

namespace Unrolled.Cli;

/// <summary>Settings as a reader likes them: short, on one line where they were on one.</summary>
internal static class SettingText
{
    private const int GreatestLength = 2000;

    /// <summary>All entries: <c>kind diffusion, size 24</c>.</summary>
    public static string Inline(Settings settings) => string.Join(", ", settings.Entries.Select(e => $"{e.Key} {Inline(e.Value)}"));

    /// <summary>A text as it is, a list in brackets, a section in parentheses.</summary>
    public static string Inline(Setting value)
    {
        string text = value.Section is not null ? $"({Inline(value.Section)})"
            : value.Items is not null ? $"[{string.Join(", ", value.Items.Select(Inline))}]"
            : (value.Text ?? string.Empty).TrimEnd();
        return text.Length > GreatestLength ? $"{text[..GreatestLength]}..." : text;
    }
}
