namespace Unrolled.Differentiation;

/// <summary>What a misspelled name may have meant.</summary>
internal static class NearestName
{
    /// <summary><c>; did you mean 'x'?</c> for the nearest known name if it is near, else a short list of what is known.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct()];
        string? nearest = names.OrderBy(k => Distance(name, k)).ThenByDescending(k => k.AsSpan().CommonPrefixLength(name)).ThenBy(k => k, StringComparer.Ordinal).FirstOrDefault();
        if (nearest is not null && Distance(name, nearest) <= Math.Max(1, Math.Min(name.Length, nearest.Length) / 2))
        {
            return $"; did you mean '{nearest}'?";
        }

        return names.Length == 0 ? "" : $"; known are {string.Join(", ", names.Take(8))}{(names.Length > 8 ? ", ..." : "")}";
    }

    /// <summary>The number of letters to insert, delete, replace or swap with a neighbor; long names are compared by their start.</summary>
    internal static int Distance(string a, string b)
    {
        const int longest = 64;
        ReadOnlySpan<char> s = a.AsSpan(0, Math.Min(a.Length, longest)), t = b.AsSpan(0, Math.Min(b.Length, longest));
        int[,] d = new int[s.Length + 1, t.Length + 1];
        for (int i = 0; i <= s.Length; i++)
        {
            for (int j = 0; j <= t.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                int replace = d[i - 1, j - 1] + (s[i - 1] == t[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && s[i - 1] == t[j - 2] && s[i - 2] == t[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[s.Length, t.Length];
    }
}
