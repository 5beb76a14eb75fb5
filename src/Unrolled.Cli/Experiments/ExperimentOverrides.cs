using Unrolled.Problems;

namespace Unrolled.Cli.Experiments;

/// <summary>Applies <c>--set family.size=32</c> to an experiment.</summary>
internal static class ExperimentOverrides
{
    /// <summary>Sets the value at a path of keys; sections on the way are created where they are missing.</summary>
    /// <param name="experiment">The experiment that is changed.</param>
    /// <param name="assignment"><c>a.b=value</c>; a value that begins with a bracket or brace is a list or section in YAML.</param>
    /// <exception cref="InvalidInputException">The assignment has no '=', an empty key, or leads through a single value.</exception>
    public static void Apply(Settings experiment, string assignment)
    {
        int equals = assignment.IndexOf('=');
        string[] keys = equals < 0 ? [] : assignment[..equals].Split('.');
        if (keys.Length == 0 || keys.Any(k => k.Trim().Length == 0))
        {
            throw new InvalidInputException("--set", $"'{assignment}' is not of the form key=value, for example family.size=32");
        }

        Settings section = experiment;
        foreach (string key in keys[..^1])
        {
            section = Section(section, key.Trim(), assignment);
        }

        string path = string.Join('.', keys.Select(k => k.Trim()));
        section.Set(keys[^1].Trim(), Value(assignment[(equals + 1)..].Trim(), path));
    }

    private static Settings Section(Settings parent, string key, string assignment)
    {
        // Looked up without asking for it, so that a misspelled key stays unknown.
        Setting? found = parent.Entries.FirstOrDefault(e => e.Key == key).Value;
        if (found is null)
        {
            string path = parent.Path.Length == 0 ? key : $"{parent.Path}.{key}";
            found = new Setting { Section = new Settings(parent.Source, path) };
            parent.Set(key, found);
        }

        return found.Section
            ?? throw new InvalidInputException("--set", $"'{assignment}' leads through '{key}', which is a single value and no section");
    }

    private static Setting Value(string text, string path)
    {
        if (!(text.StartsWith('[') || text.StartsWith('{')))
        {
            return new Setting { Text = text };
        }

        Settings parsed = ExperimentReader.Parse($"value: {text}", $"--set {path}");
        return parsed.Entries[0].Value;
    }
}
