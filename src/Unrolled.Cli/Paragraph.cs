namespace Unrolled.Cli;

/// <summary>Breaks a sentence into lines of at most 80 columns.</summary>
internal static class Paragraph
{
    /// <param name="text">The sentence.</param>
    /// <param name="indent">What every line but the first begins with.</param>
    public static IEnumerable<string> Wrap(string text, string indent = "")
    {
        string line = string.Empty;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indent.Length && line.Length + 1 + word.Length > Terminal.Width)
            {
                yield return line;
                line = indent + word;
            }
            else
            {
                line = line.Length == 0 || line == indent ? line + word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
