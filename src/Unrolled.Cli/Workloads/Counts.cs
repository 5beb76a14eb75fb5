using System.Globalization;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads;

/// <summary>Several counts under one key: a list in an experiment, <c>3, 6, 9</c> in a model and on the command line.</summary>
internal static class Counts
{
    public const int Most = 10_000;

    /// <summary>Different counts in increasing order.</summary>
    /// <exception cref="InvalidInputException">There is none, or one is no integer from 1 to <paramref name="most"/>.</exception>
    public static int[] Read(Settings section, string key, string fallback, int most = Most)
    {
        string[] words = section.TryGet(key, out Setting? value) && value.Items is not null
            ? [.. value.Items.Select(i => i.Text ?? "a section")]
            : section.Text(key, fallback).Split(',', StringSplitOptions.TrimEntries);
        string place = section.Path.Length == 0 ? $"--{key}" : $"'{section.Path}.{key}'";
        var counts = new SortedSet<int>();
        foreach (string word in words.DefaultIfEmpty(string.Empty))
        {
            counts.Add(int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1 && count <= most
                ? count
                : throw section.Fault(key, $"{place} holds '{word}'; expected integers from 1 to {most}, separated by commas"));
        }

        return [.. counts];
    }
}
