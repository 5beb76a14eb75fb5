namespace Unrolled.Cli;

/// <summary>
/// A table as plain text of at most 80 columns: numbers to the right and never broken, texts to the left and wrapped. Where hardly anything would be
/// left for the longest texts, each stands alone on a line above the numbers of its row.
/// </summary>
internal sealed class TextTable
{
    /// <summary>A column of texts is not made narrower than this.</summary>
    private const int LeastTextWidth = 14;

    private readonly List<(string Title, bool Numbers)> _columns = [];
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a column; one of texts may wrap, one of numbers never does.</summary>
    public void Column(string title, bool numbers) => _columns.Add((title, numbers));

    /// <summary>Adds a row with one cell per column.</summary>
    public void Row(IEnumerable<string> cells) => _rows.Add([.. cells]);

    /// <summary>The lines, without trailing blanks.</summary>
    public string Render()
    {
        int[] widths = [.. Enumerable.Range(0, _columns.Count).Select(c => _rows.Select(r => r[c].Length).Append(_columns[c].Title.Length).Max())];
        int above = Fit(widths) ? -1 : Longest(widths);
        string[] titles = [.. _columns.Select(c => c.Title)];
        var lines = new List<string>();
        if (above >= 0)
        {
            lines.Add(titles[above]);
            titles[above] = string.Empty;
            widths[above] = 0;
        }

        lines.AddRange(Lines(titles, widths, above));
        int rule = lines.Count;
        foreach (string[] row in _rows)
        {
            if (above >= 0)
            {
                string marks = string.Join(' ', row[..above]).TrimEnd();
                lines.AddRange(Paragraph.Wrap(row[above], "  ", marks.Length == 0 ? string.Empty : $"{marks} "));
                lines.AddRange(Lines([.. row.Select((cell, c) => c <= above ? string.Empty : cell)], widths, above));
            }
            else
            {
                lines.AddRange(Lines(row, widths, above));
            }
        }

        lines.Insert(rule, new string('-', lines.Max(l => l.Length)));
        return string.Join('\n', lines);
    }

    /// <summary>Takes from the widest texts what is too much.</summary>
    /// <returns>Whether that was enough.</returns>
    private bool Fit(int[] widths)
    {
        while (widths.Sum() + widths.Length - 1 > Terminal.Width)
        {
            int widest = Longest(widths);
            if (widest < 0 || widths[widest] <= LeastTextWidth)
            {
                return widest < 0;
            }

            widths[widest]--;
        }

        return true;
    }

    private int Longest(int[] widths) => Enumerable.Range(0, widths.Length).Where(c => !_columns[c].Numbers).OrderByDescending(c => widths[c]).FirstOrDefault(-1);

    private IEnumerable<string> Lines(string[] cells, int[] widths, int without)
    {
        string[][] parts = [.. cells.Select((cell, c) => Parts(cell, widths[c]).ToArray())];
        for (int line = 0; line < Math.Max(1, parts.Max(p => p.Length)); line++)
        {
            IEnumerable<string> padded = Enumerable.Range(0, cells.Length).Where(c => c != without).Select(c =>
            {
                string part = line < parts[c].Length ? parts[c][line] : string.Empty;
                return _columns[c].Numbers ? part.PadLeft(widths[c]) : part.PadRight(widths[c]);
            });
            yield return string.Join(' ', padded).TrimEnd();
        }
    }

    /// <summary>A cell in pieces of at most a width: broken at blanks, behind hyphens, and only in need inside of words.</summary>
    private static IEnumerable<string> Parts(string cell, int width)
    {
        while (cell.Length > width && width > 0)
        {
            int blank = cell.LastIndexOf(' ', width), hyphen = cell.LastIndexOf('-', width - 1) + 1;
            int end = Math.Max(blank, hyphen) > 0 ? Math.Max(blank, hyphen) : width;
            yield return cell[..end];
            cell = cell[end..].TrimStart();
        }

        if (cell.Length > 0)
        {
            yield return cell;
        }
    }
}
