using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Unrolled.Deployment;

namespace Unrolled.Cli.Workloads;

/// <summary>A table that a problem with many parts is answered with: the outages of a network.</summary>
/// <param name="Name">What the lines are, the key of the list in JSON: <c>contingencies</c>.</param>
/// <param name="Columns">The columns: title, key in JSON and CSV, whether it holds numbers.</param>
/// <param name="Rows">The lines; a cell is a string, a number, a truth value or null.</param>
internal sealed record SolveDetails(string Name, IReadOnlyList<(string Title, string Key, bool Numbers)> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    /// <summary>A cell as text for people.</summary>
    public static string Text(object? cell) => cell switch
    {
        null => "-",
        double number => NumberText.Short(number),
        bool yes => yes ? "yes" : "no",
        _ => cell.ToString()!,
    };

    /// <summary>A list of objects with the keys of the columns.</summary>
    public JsonArray ToJson() => new([.. Rows.Select(row => (JsonNode)new JsonObject(Columns.Zip(row, (column, cell) => KeyValuePair.Create(column.Key, cell switch
    {
        null => null,
        double number => ResultNumbers.ToJson(number),
        int number => JsonValue.Create(number),
        bool yes => JsonValue.Create(yes),
        _ => (JsonNode?)JsonValue.Create(cell.ToString()),
    }))))]);

    /// <summary>Comma-separated values with a line of keys; texts with commas or quotes stand in quotes.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(c => c.Key)).Append('\n');
        foreach (IReadOnlyList<object?> row in Rows)
        {
            text.AppendJoin(',', row.Select(Field)).Append('\n');
        }

        return text.ToString();
    }

    private static string Field(object? cell)
    {
        string field = cell switch
        {
            null => string.Empty,
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            bool yes => yes ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => cell.ToString()!,
        };
        return field.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
    }
}
