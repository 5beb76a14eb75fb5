namespace Unrolled.Operators;

/// <summary>What an operator declares of itself.</summary>
[Flags]
public enum OperatorProperties
{
    /// <summary>Nothing is declared.</summary>
    None = 0,

    /// <summary><c>A = A^T</c>.</summary>
    Symmetric = 1,

    /// <summary><c>x^T A x > 0</c> for every nonzero <c>x</c>; together with <see cref="Symmetric"/> what CG needs.</summary>
    PositiveDefinite = 2,
}
