using System.Globalization;
using Unrolled.Differentiation;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads;

/// <summary>Values by name on the command line, <c>x=1,y=0</c>: every component at most once, the others as they are by default; <c>H=1</c> stands for all components of a vector H.</summary>
internal static class NamedValues
{
    /// <summary>Reads an option.</summary>
    /// <param name="options">The options that were given.</param>
    /// <param name="key">The option without its dashes.</param>
    /// <param name="names">The components.</param>
    /// <param name="defaults">What a component is where it is not given.</param>
    /// <returns>The values, and whether each was given.</returns>
    /// <exception cref="InvalidInputException">A name is unknown or occurs twice, or a value is no finite number.</exception>
    public static (double[] Values, bool[] Given) Read(Settings options, string key, FunctionVector names, IEnumerable<double> defaults)
    {
        double[] values = [.. defaults];
        bool[] given = new bool[names.Length];
        IEnumerable<string> shown = names.Components.Take(8).Concat(names.Length > 8 ? ["..."] : []);
        string expected = $"expected NAME=NUMBER for {string.Join(", ", shown.DefaultIfEmpty("nothing: there are none"))}, separated by commas";
        string text = options.Has(key) ? options.Text(key) : string.Empty;
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            int[] places = [.. Enumerable.Range(0, names.Length).Where(i => names.Components[i] == pair[0])];
            places = places.Length > 0 ? places : [.. Enumerable.Range(0, names.Length).Where(i => names.Components[i].StartsWith(pair[0] + "[", StringComparison.Ordinal))];
            if (pair.Length != 2 || places.Length == 0 || places.Any(i => given[i])
                || !double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                throw new InvalidInputException("command line", $"--{key} holds '{part}'; {expected}");
            }

            foreach (int i in places)
            {
                (values[i], given[i]) = (value, true);
            }
        }

        return (values, given);
    }
}
