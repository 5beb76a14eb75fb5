namespace Unrolled.Differentiation;

/// <summary>A parsed expression. Sums and products are lists, so the depth of a tree is the depth of its brackets.</summary>
internal abstract record EquationSyntax(EquationToken Token)
{
    /// <summary>A number.</summary>
    public sealed record Number(EquationToken Token) : EquationSyntax(Token);

    /// <summary>A name, with indices or none.</summary>
    public sealed record Name(EquationToken Token, IReadOnlyList<EquationSyntax> Indices) : EquationSyntax(Token);

    /// <summary>A function of arguments.</summary>
    public sealed record Call(EquationToken Token, IReadOnlyList<EquationSyntax> Arguments) : EquationSyntax(Token);

    /// <summary>sum(index, from, to, body).</summary>
    public sealed record Sum(EquationToken Token, EquationRange Range, EquationSyntax Body) : EquationSyntax(Token);

    /// <summary>Operands joined by + and -, or by * and /, from left to right; the first operator is not used.</summary>
    public sealed record Chain(EquationToken Token, IReadOnlyList<(char Operator, EquationSyntax Operand)> Links) : EquationSyntax(Token);

    /// <summary>A minus sign.</summary>
    public sealed record Negate(EquationToken Token, EquationSyntax Operand) : EquationSyntax(Token);

    /// <summary>A power.</summary>
    public sealed record Power(EquationToken Token, EquationSyntax Base, EquationSyntax Exponent) : EquationSyntax(Token);
}
