using System.CommandLine;

namespace Unrolled.Cli.Verbs;

/// <summary>One verb of the command: what it accepts and what it does.</summary>
internal interface IVerb
{
    /// <summary>Name, arguments, options and help; without an action.</summary>
    Command Command { get; }

    /// <summary>A line to copy and try.</summary>
    string Example { get; }

    /// <summary>Whether all ranks of a job do it together; what is not shared is done by the first.</summary>
    bool IsShared => false;

    /// <summary>Does it.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    int Run(Invocation invocation);
}
