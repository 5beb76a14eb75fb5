using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>The preconditioners by the names that a command line or an experiment uses.</summary>
public static class Preconditioner
{
    private static readonly string[] All = ["none", "jacobi", "ssor", "ic0", "ilu0", "ilu1", "ilu2", "ilut"];

    /// <summary>All names: <c>none</c>, <c>jacobi</c>, <c>ssor</c>, <c>ic0</c>, <c>ilu0</c>, <c>ilu1</c>, <c>ilu2</c>, <c>ilut</c>.</summary>
    public static ReadOnlySpan<string> Names => All;

    /// <summary>Creates the preconditioner with this name for an operator.</summary>
    /// <returns>The preconditioner; null for <c>none</c>.</returns>
    /// <exception cref="ArgumentException">There is no such name, the preconditioner needs entries that the operator does
    /// not have, or its factorization met a pivot that it cannot divide by.</exception>
    public static ILinearOperator? Create(string name, ILinearOperator a)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(a);
        return name switch
        {
            "none" => null,
            "jacobi" => Jacobi.Of(a),
            "ssor" => Ssor.Of(Entries(name, a)),
            "ic0" => IncompleteCholesky.Of(Entries(name, a)),
            "ilu0" => IncompleteLu.Of(Entries(name, a)),
            "ilu1" => IncompleteLu.Of(Entries(name, a), level: 1),
            "ilu2" => IncompleteLu.Of(Entries(name, a), level: 2),
            "ilut" => ThresholdIncompleteLu.Of(Entries(name, a)),
            _ => throw new ArgumentException(
                $"there is no preconditioner \"{name}\"" + (Spelling.Nearest(name, All) is string near
                    ? $"; did you mean \"{near}\"?"
                    : $"; known are {string.Join(", ", All)}")),
        };
    }

    private static SparseOperator Entries(string name, ILinearOperator a) => a as SparseOperator ?? throw new ArgumentException(
        $"the preconditioner \"{name}\" needs the entries of a sparse matrix; A is a {a.GetType().Name}");
}
