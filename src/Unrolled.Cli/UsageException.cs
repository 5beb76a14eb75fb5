namespace Unrolled.Cli;

/// <summary>The command line cannot be carried out as it stands; the message is one line.</summary>
internal sealed class UsageException(string message) : Exception(message);
