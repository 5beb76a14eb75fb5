using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Unrolled.Cli;

/// <summary>The help of a command with a line to copy at its end.</summary>
internal sealed class ExampleHelp(HelpAction help, Func<Command, string> example) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Puts it in the place of the usual help.</summary>
    public static void AddTo(RootCommand root, Func<Command, string> example)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        var help = (HelpAction)option.Action!;
        help.MaxWidth = Terminal.Width;
        option.Action = new ExampleHelp(help, example);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {example(parseResult.CommandResult.Command)}");
        return code;
    }
}
