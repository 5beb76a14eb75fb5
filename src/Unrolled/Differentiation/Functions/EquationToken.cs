namespace Unrolled.Differentiation;

/// <summary>A word of a text of equations.</summary>
internal readonly record struct EquationToken(EquationTokenKind Kind, string Text, double Number, int Line, int Column)
{
    /// <summary>The token as an error message names it.</summary>
    public string Description => Kind switch
    {
        EquationTokenKind.EndOfLine => "the end of the line",
        EquationTokenKind.EndOfText => "the end of the text",
        _ => $"'{Text}'",
    };

    /// <summary>Whether this is the given operator or bracket.</summary>
    public bool Is(string symbol) => Kind == EquationTokenKind.Symbol && Text == symbol;
}
