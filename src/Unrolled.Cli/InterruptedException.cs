namespace Unrolled.Cli;

/// <summary>A canceled run that says how to go on.</summary>
internal sealed class InterruptedException(string message, OperationCanceledException cause) : OperationCanceledException(message, cause);
