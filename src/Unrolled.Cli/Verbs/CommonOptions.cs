using System.CommandLine;
using System.Globalization;

namespace Unrolled.Cli.Verbs;

/// <summary>The options that every verb has.</summary>
internal sealed class CommonOptions
{
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document and nothing else on standard output.",
        Recursive = true,
    };

    public Option<bool> Quiet { get; } = new("--quiet")
    {
        Description = "No progress and no notes on standard error.",
        Recursive = true,
    };

    public Option<ulong?> Seed { get; } = Number<ulong?>("--seed", "N", "The seed of all randomness.",
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : null,
        $"an integer from 0 to {ulong.MaxValue}");

    public Option<int?> Threads { get; } = Number<int?>("--threads", "N", "The largest number of threads; all processors by default.",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads is >= 1 and <= 4096 ? threads : null,
        "an integer from 1 to 4096");

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [Json, Seed, Threads, Quiet];

    /// <summary>An option whose value is a number, with a message that names what was expected.</summary>
    public static Option<T?> Number<T>(string name, string value, string description, Func<string, T?> parse, string expected) => new(name)
    {
        Description = description,
        HelpName = value,
        Recursive = true,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            T? number = parse(text);
            if (number is null)
            {
                result.AddError($"{name} is '{text}'; expected {expected}");
            }

            return number;
        },
    };
}
