namespace Unrolled.Differentiation;

/// <summary>An index variable and its first and last value.</summary>
internal sealed record EquationRange(string Index, EquationSyntax First, EquationSyntax Last);
