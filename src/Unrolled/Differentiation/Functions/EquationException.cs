namespace Unrolled.Differentiation;

/// <summary>A text of equations that is not understood. The message is one line: line, column, what was found, what was expected.</summary>
public sealed class EquationException : FormatException
{
    /// <summary>An error at a place of the text.</summary>
    public EquationException(int line, int column, string what)
        : base($"line {line}, column {column}: {what}")
    {
        Line = line;
        Column = column;
    }

    /// <summary>Line, from 1.</summary>
    public int Line { get; }

    /// <summary>Column, from 1.</summary>
    public int Column { get; }
}
