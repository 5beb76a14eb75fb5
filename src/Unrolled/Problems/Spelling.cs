using Unrolled.Differentiation;

namespace Unrolled.Problems;

/// <summary>Finds the word that was probably meant.</summary>
public static class Spelling
{
    /// <summary>The candidate with the fewest edits to the word, if that is at most a third of its length (and at least 1); else null.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(candidates);
        int allowed = Math.Max(1, Math.Min(word.Length, 64) / 3);
        return candidates
            .Where(c => Math.Abs(c.Length - word.Length) <= allowed)
            .Select(c => (Word: c, Edits: NearestName.Distance(word, c)))
            .Where(c => c.Edits <= allowed)
            .OrderBy(c => c.Edits).ThenBy(c => c.Word, StringComparer.Ordinal)
            .Select(c => c.Word)
            .FirstOrDefault();
    }
}
