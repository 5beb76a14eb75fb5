using System.Globalization;
using Unrolled.Problems;

namespace Unrolled.Cli.Sharing;

/// <summary>The part of a training's independent units that one job of a job array does: those whose number is i - 1 modulo n.</summary>
/// <param name="Number">i, from 1.</param>
/// <param name="Count">n.</param>
internal sealed record Shard(int Number, int Count)
{
    private const int Most = 10_000;

    /// <summary>The array of a checkpoint that says which shard it is and whether it is complete.</summary>
    public const string Key = "shard";

    /// <summary>The name of its file.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"shard-{Number}-of-{Count}.json");

    /// <exception cref="UsageException">The text is not i/n.</exception>
    public static Shard Parse(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && number >= 1 && number <= count && count <= Most
            ? new Shard(number, count)
            : throw new UsageException($"--shard is '{text}'; expected i/n with i from 1 to n and n at most {Most}, such as 2/8");
    }

    /// <summary>Whether a unit is done by this shard.</summary>
    public bool Has(int unit) => unit % Count == Number - 1;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
