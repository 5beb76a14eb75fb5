namespace Unrolled.Tests.Repository;

/// <summary>A block of code in a page.</summary>
/// <param name="Language">The word after the opening fence; empty without one.</param>
/// <param name="Line">The line of the opening fence, from 1.</param>
/// <param name="Text">The lines between the fences.</param>
internal sealed record CodeFence(string Language, int Line, string Text)
{
    /// <summary>The blocks of a page of the repository, in order.</summary>
    public static IReadOnlyList<CodeFence> Read(string page)
    {
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, page));
        List<CodeFence> fences = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                int end = Array.FindIndex(lines, i + 1, l => l.StartsWith("```", StringComparison.Ordinal));
                fences.Add(new(lines[i][3..].Trim(), i + 1, string.Join('\n', lines[(i + 1)..end])));
                i = end;
            }
        }

        return fences;
    }
}
