namespace Unrolled.Cli;

/// <summary>Breaks text into lines of at most 80 columns; a word that is longer stands alone on its line.</summary>
internal static class Paragraph
{
    /// <summary>The widest column of terms: a longer term has a line of its own above its text.</summary>
    private const int WidestTerm = 24;

    /// <summary>The lines of a sentence.</summary>
    /// <param name="text">The sentence.</param>
    /// <param name="indent">What every line but the first begins with.</param>
    /// <param name="first">What the first line begins with.</param>
    public static IEnumerable<string> Wrap(string text, string indent = "", string first = "")
    {
        string line = first;
        bool empty = true;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > Terminal.Width)
            {
                yield return line;
                (line, empty) = (indent, true);
            }

            line = empty ? line + word : $"{line} {word}";
            empty = false;
        }

        yield return line.TrimEnd();
    }

    /// <summary>Terms in a column and their texts in another.</summary>
    /// <param name="entries">The terms with their texts.</param>
    /// <param name="width">The width of the column of terms; by the longest term, up to a limit, when 0.</param>
    public static IEnumerable<string> Terms(IReadOnlyList<(string Term, string Text)> entries, int width = 0)
    {
        int column = width > 0 ? width : Math.Min(WidestTerm, entries.Select(e => e.Term.Length).DefaultIfEmpty().Max());
        string indent = new(' ', column + 4);
        foreach ((string term, string text) in entries)
        {
            bool alone = term.Length > column;
            if (alone)
            {
                yield return $"  {term}";
            }

            if (!alone || text.Length > 0)
            {
                foreach (string line in Wrap(text, indent, alone ? indent : $"  {term.PadRight(column)}  "))
                {
                    yield return line;
                }
            }
        }
    }
}
