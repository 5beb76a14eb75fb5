namespace Unrolled.Problems;

/// <summary>
/// Input from outside (a file, a stream, text of the user) is not what its format demands. <see cref="Exception.Message"/>
/// is complete and one line, <c>A.mtx:17:5: row index 1200 is outside 1..1138</c>, fit to be shown as it is: what it quotes may hold anything, so characters that
/// would break the line are replaced.
/// </summary>
/// <remarks>
/// Every reader of the library throws it for the first fault in the order of the input, and throws nothing else about
/// the contents. A caller's own mistake, such as an argument that is null, is an <see cref="ArgumentException"/> instead.
/// </remarks>
public sealed class InvalidInputException : Exception
{
    /// <summary>A fault at a place in the input.</summary>
    /// <param name="source">The name of the input as the user knows it, usually a path.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column in bytes, from 1.</param>
    /// <param name="fault">What is wrong and what was expected, without the place.</param>
    public InvalidInputException(string source, long line, long column, string fault)
        : base(OneLine.Of($"{source}:{line}:{column}: {fault}"))
    {
        Source = source;
        Line = line;
        Column = column;
    }

    /// <summary>A fault of the input as a whole, such as a file that does not exist.</summary>
    /// <param name="source">The name of the input as the user knows it, usually a path.</param>
    /// <param name="fault">What is wrong and what was expected, without the place.</param>
    /// <param name="innerException">The failure below, if there is one.</param>
    public InvalidInputException(string source, string fault, Exception? innerException = null)
        : base(OneLine.Of($"{source}: {fault}"), innerException) => Source = source;

    /// <summary>The name of the input as the user knows it, usually a path.</summary>
    public override string? Source { get; set; }

    /// <summary>The line of the fault, from 1; 0 if the fault is that of the input as a whole.</summary>
    public long Line { get; }

    /// <summary>The column of the fault in bytes, from 1; 0 if the fault is that of the input as a whole.</summary>
    public long Column { get; }
}
