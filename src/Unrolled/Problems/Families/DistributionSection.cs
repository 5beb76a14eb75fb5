using Unrolled.Differentiation;

namespace Unrolled.Problems.Families;

/// <summary>The section <c>parameters</c> or <c>initial</c> of a family: a distribution under each name.</summary>
internal sealed class DistributionSection
{
    private readonly Settings _section;
    private readonly string[] _builtIn;

    private DistributionSection(Settings section, string[] builtIn) => (_section, _builtIn) = (section, builtIn);

    /// <summary>The names that the equations know: those of a built-in family in its order, else those of the section.</summary>
    public IEnumerable<string> Names => _builtIn.Length > 0 ? _builtIn : Keys;

    private IEnumerable<string> Keys => _section.Entries.Select(e => e.Key);

    /// <summary>Reads the section; what it leaves out of <paramref name="defaults"/> is added to it.</summary>
    public static DistributionSection Read(Settings family, string key, string defaults)
    {
        Settings section = family.Section(key);
        List<string> names = [];
        foreach (string entry in defaults.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = entry.Split(':', 2);
            names.Add(pair[0]);
            section.Text(pair[0], pair[1].Trim());
        }

        return new(section, [.. names]);
    }

    /// <summary>Writes the section from <c>name: distribution</c> separated by semicolons; none where the text is empty.</summary>
    /// <exception cref="InvalidInputException">A part is no name with a distribution.</exception>
    public static void Write(Settings family, string key, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Settings section = family.Section(key);
        foreach (string entry in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = entry.Split(':', 2, StringSplitOptions.TrimEntries);
            if (pair.Length < 2 || pair[0].Length == 0)
            {
                throw family.Fault(key, $"'{family.Path}.{key}' holds '{entry}'; expected a name and a distribution, such as k: uniform(1, 2)");
            }

            section.Set(pair[0], pair[1]);
        }
    }

    /// <summary>The distribution of every component: under its own name, or for all components under <c>name</c> or <c>name[10]</c>.</summary>
    public IReadOnlyList<Distribution> For(FunctionVector vector)
    {
        List<Distribution> distributions = [];
        foreach (string component in vector.Components)
        {
            string whole = WithoutIndex(component);
            string? key = Keys.FirstOrDefault(n => n == component) ?? Keys.FirstOrDefault(n => n == whole) ?? Keys.FirstOrDefault(n => Covers(n, component, vector));
            distributions.Add(Of(key ?? component));
        }

        foreach (string name in Keys)
        {
            if (!vector.Components.Any(c => c == name || WithoutIndex(c) == WithoutIndex(name)))
            {
                string meant = Spelling.Nearest(name, vector.Components) is string nearest ? $" (did you mean '{nearest}'?)" : string.Empty;
                throw _section.Fault(name, $"unknown key '{_section.Path}.{name}'{meant}; known keys are {string.Join(", ", vector.Components.Take(8))}");
            }
        }

        return distributions;
    }

    // A bound H[10] stands for all ten components, as in the list of parameters; H[3] beside it names one of them.
    private static bool Covers(string name, string component, FunctionVector vector) =>
        name.EndsWith($"[{vector.Components.Count(c => WithoutIndex(c) == WithoutIndex(component))}]", StringComparison.Ordinal)
        && WithoutIndex(name) == WithoutIndex(component);

    private static string WithoutIndex(string name) => name.Split('[')[0];

    private Distribution Of(string name)
    {
        string text = _section.Text(name);
        try
        {
            return Distribution.Parse(text);
        }
        catch (FormatException fault)
        {
            throw _section.Fault(name, $"'{_section.Path}.{name}': {fault.Message}");
        }
    }
}
