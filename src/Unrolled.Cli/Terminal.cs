namespace Unrolled.Cli;

/// <summary>Where the command writes: results to one stream, everything else to the other.</summary>
internal sealed record Terminal
{
    /// <summary>The streams of this process.</summary>
    public static Terminal Process => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        ErrorIsInteractive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
        Debug = Environment.GetEnvironmentVariable("UNROLLED_DEBUG") == "1",
    };

    /// <summary>Results and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, notes and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person watches <see cref="Error"/>.</summary>
    public bool ErrorIsInteractive { get; init; }

    /// <summary>Whether failures are shown with their stack.</summary>
    public bool Debug { get; init; }

    /// <summary>The width of tables.</summary>
    public const int Width = 80;
}
