namespace Unrolled.Problems.Formats;

/// <summary>What a <see cref="MatpowerScanner"/> found.</summary>
internal enum MatpowerToken
{
    /// <summary>A name or a number: whatever stands between blanks, brackets, separators and quotes.</summary>
    Word,

    /// <summary>A quoted text.</summary>
    Text,

    /// <summary>One of <c>= [ ] { } ( ) ; ,</c>.</summary>
    Symbol,

    /// <summary>The end of a line that is not continued.</summary>
    LineEnd,

    /// <summary>The end of the input.</summary>
    End,
}
