using Spectre.Console;

namespace Unrolled.Cli;

/// <summary>A table as plain text of at most 80 columns: numbers to the right, long texts wrapped.</summary>
internal sealed class TextTable
{
    private readonly Table _table = new() { Border = TableBorder.None };

    /// <summary>Adds a column; one of texts may wrap, one of numbers never does.</summary>
    public void Column(string title, bool numbers) => _table.AddColumn(new TableColumn(Markup.Escape(title))
    {
        Alignment = numbers ? Justify.Right : Justify.Left,
        NoWrap = numbers,
        Padding = new Padding(0, 0, 1, 0),
    });

    /// <summary>Adds a row with one cell per column.</summary>
    public void Row(IEnumerable<string> cells) => _table.AddRow([.. cells.Select(c => new Text(c))]);

    /// <summary>The lines, without trailing blanks.</summary>
    public string Render()
    {
        using var writer = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Terminal.Width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(_table);
        List<string> lines = [.. writer.ToString().Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0)];
        lines.Insert(1, new string('-', lines.Max(l => l.Length)));
        return string.Join('\n', lines);
    }
}
