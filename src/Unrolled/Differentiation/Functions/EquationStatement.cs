namespace Unrolled.Differentiation;

/// <summary>A line <c>target[indices] = value for ranges</c>; the target of a residual line is the number 0.</summary>
internal sealed record EquationStatement(
    EquationToken Target, IReadOnlyList<EquationSyntax> Indices, EquationSyntax Value, IReadOnlyList<EquationRange> Ranges);
