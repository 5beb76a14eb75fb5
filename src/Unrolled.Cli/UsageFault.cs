using System.CommandLine;
using System.CommandLine.Parsing;
using Unrolled.Problems;

namespace Unrolled.Cli;

/// <summary>What is wrong with a command line, in one line that names the nearest word that is right.</summary>
internal static class UsageFault
{
    /// <summary>The first fault; null for none.</summary>
    public static string? Find(ParseResult given)
    {
        if (given.Action is { ClearsParseErrors: true })
        {
            return null;
        }

        Command command = given.CommandResult.Command;
        IEnumerable<string> loose = given.UnmatchedTokens
            .Concat(given.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value));
        if (loose.FirstOrDefault(IsOption) is string option)
        {
            return $"unknown option '{option}'{Hint(option.Split('=')[0], Options(given))}; {SeeHelp(command)}";
        }

        if (command is RootCommand && given.UnmatchedTokens.Count > 0)
        {
            string word = given.UnmatchedTokens[0];
            return $"unknown verb '{word}'{Hint(word, command.Subcommands.Select(c => c.Name))}; verbs are {Verbs(command)}";
        }

        if (command is RootCommand && given.Errors.Count > 0)
        {
            return $"a verb is missing: {Verbs(command)}; see 'unrolled --help'";
        }

        if (given.UnmatchedTokens.Count > 0)
        {
            return $"unexpected argument '{given.UnmatchedTokens[0]}'; {SeeHelp(command)}";
        }

        return given.Errors.Count > 0 ? $"{Message(given.Errors[0])}; {SeeHelp(command)}" : null;
    }

    private static bool IsOption(string token) => token.Length > 1 && token[0] == '-' && !char.IsAsciiDigit(token[1]) && token[1] != '.';

    private static IEnumerable<string> Options(ParseResult given)
    {
        for (SymbolResult? result = given.CommandResult; result is not null; result = result.Parent)
        {
            if (result is CommandResult level)
            {
                foreach (Option option in level.Command.Options)
                {
                    yield return option.Name;
                }
            }
        }
    }

    private static string Message(ParseError error) => error.SymbolResult switch
    {
        CommandResult { Command: { } command } when command.Arguments.Count > 0 => $"{command.Arguments[0].Name} is missing",
        ArgumentResult { Argument: { } argument } when error.Message.StartsWith("Required", StringComparison.Ordinal) => $"{argument.Name} is missing",
        OptionResult { Option: { } option } result when result.Tokens.Count == 0 => $"{option.Name} needs a value",
        _ => error.Message.ReplaceLineEndings(" ").TrimEnd('.'),
    };

    private static string SeeHelp(Command command) => command is RootCommand ? "see 'unrolled --help'" : $"see 'unrolled {command.Name} --help'";

    private static string Verbs(Command root) => string.Join(", ", root.Subcommands.Select(c => c.Name));

    private static string Hint(string word, IEnumerable<string> known) =>
        Spelling.Nearest(word, known) is string nearest ? $" (did you mean '{nearest}'?)" : string.Empty;
}
