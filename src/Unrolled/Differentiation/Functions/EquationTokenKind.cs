namespace Unrolled.Differentiation;

/// <summary>The kinds of words of a text of equations.</summary>
internal enum EquationTokenKind
{
    /// <summary>A number without sign.</summary>
    Number,

    /// <summary>A name: a letter or underscore, then letters, digits and underscores.</summary>
    Name,

    /// <summary>An operator, bracket, comma, equals sign or two dots.</summary>
    Symbol,

    /// <summary>The end of a line outside brackets, or a semicolon.</summary>
    EndOfLine,

    /// <summary>The end of everything.</summary>
    EndOfText,
}
