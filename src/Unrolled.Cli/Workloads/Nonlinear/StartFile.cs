using System.Globalization;
using System.Text;
using Unrolled.Differentiation;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>Values of the unknowns as comma-separated text: a line for each, <c>H[1],0.99</c> or the number alone in order; what is written can be read as a start.</summary>
internal static class StartFile
{
    private const string Heading = "unknown,value";
    private const int GreatestLength = 1 << 24;

    /// <summary>An option that holds values by name, or the name of a file.</summary>
    /// <exception cref="InvalidInputException">The values do not fit the unknowns.</exception>
    public static double[] ReadOption(Settings options, string key, FunctionVector unknowns, double[] defaults) =>
        options.Has(key) && !options.Text(key).Contains('=', StringComparison.Ordinal) ? Read(options.Text(key), unknowns) : NamedValues.Read(options, key, unknowns, defaults).Values;

    /// <summary>Reads a file with a value for every unknown.</summary>
    /// <exception cref="InvalidInputException">A line is not understood, or an unknown is missing or occurs twice.</exception>
    public static double[] Read(string path, FunctionVector unknowns)
    {
        double[] values = [.. Enumerable.Repeat(double.NaN, unknowns.Length)];
        var places = unknowns.Components.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
        using FileStream stream = InputFile.Open(path);
        if (stream.Length > GreatestLength)
        {
            throw new InvalidInputException(path, $"is larger than {GreatestLength} bytes; a start has {unknowns.Length} lines");
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        int next = 0;
        for (int line = 1; reader.ReadLine() is string text; line++)
        {
            if (text.Trim().Length == 0 || (line == 1 && text.Trim() == Heading))
            {
                continue;
            }

            string[] cells = text.Split(',', StringSplitOptions.TrimEntries);
            int at = cells.Length == 1 ? next++ : places.GetValueOrDefault(cells[0], -1);
            if (cells.Length > 2 || at < 0 || at >= values.Length || !double.IsNaN(values[at])
                || !double.TryParse(cells[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[at]) || !double.IsFinite(values[at]))
            {
                throw new InvalidInputException(path, line, 1, $"holds '{text.Trim()}'; expected NAME,NUMBER or a number, once for each of the {values.Length} unknowns {unknowns.Components[0]}, ...");
            }
        }

        int missing = Array.FindIndex(values, double.IsNaN);
        return missing < 0 ? values : throw new InvalidInputException(path, $"says nothing about {unknowns.Components[missing]}; expected a line for each of the {values.Length} unknowns");
    }

    /// <summary>Writes the values with all their digits.</summary>
    public static void Write(string path, FunctionVector unknowns, ReadOnlySpan<double> values)
    {
        var text = new StringBuilder(Heading + "\n");
        for (int i = 0; i < values.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{unknowns.Components[i]},{values[i]:R}\n");
        }

        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
        file.Commit();
    }
}
