using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Deployment.Linear;

/// <summary>
/// Solves one system to a tolerance with a learned polynomial as the preconditioner of CG or FGMRES: the answer is verified whatever the
/// polynomial is worth for this operator, which is known by its products alone.
/// </summary>
/// <remarks>
/// <para>CG is used where the operator is declared symmetric and positive definite, the polynomial is proved here to contract on the spectra of
/// the training, and the operator's own spectrum lies there (<see cref="OuterIteration"/>); FGMRES otherwise, and
/// <see cref="ReasonForGmres"/> says why. The polynomial is that with the most evaluations.</para>
/// <para>Models that were learned with a classical preconditioner need the entries of the matrix and are refused. For one thread, as long as
/// the operator is; one solver per system.</para>
/// </remarks>
public sealed class LearnedLinearSolver
{
    private readonly ILinearOperator _operator;
    private readonly ILinearOperator _preconditioner;
    private readonly OuterIteration _outer;

    /// <summary>Prepares the method for an operator.</summary>
    /// <param name="learned">The learned method.</param>
    /// <param name="a">A, square, one operator.</param>
    /// <param name="scaling">The scaling that brings A to the form of the training, for example <see cref="DiagonalScaling.Jacobi"/>; null where A has it already.</param>
    /// <exception cref="InvalidInputException">The model was learned with a classical preconditioner.</exception>
    /// <exception cref="ArgumentException">The scaling has another size than A.</exception>
    public LearnedLinearSolver(LearnedLinear learned, ILinearOperator a, DiagonalScaling? scaling = null)
    {
        ArgumentNullException.ThrowIfNull(learned);
        ArgumentNullException.ThrowIfNull(a);
        if (learned.Preconditioner != "none")
        {
            throw new InvalidInputException("the model", $"was learned with the preconditioner {learned.Preconditioner}, which needs the entries of the matrix; products alone are not enough");
        }

        LearnedKrylov polynomial = learned.Methods[^1];
        ILinearOperator scaled = scaling is null ? a : new ScaledOperator(scaling, a);
        var inner = new PolynomialPreconditioner(polynomial, scaled);
        _operator = a;
        _preconditioner = scaling is null ? inner : new ScaledPreconditioner(scaling, inner);
        _outer = OuterIteration.For(polynomial, learned.Eigenvalues, scaled);
        Name = $"{_outer.Method.Name} + {polynomial.Name}";
    }

    /// <summary>The outer method and the polynomial.</summary>
    public string Name { get; }

    /// <summary>Why CG is not used; null where it is.</summary>
    public string? ReasonForGmres => _outer.ReasonForGmres;

    /// <summary>Solves.</summary>
    /// <param name="rightHandSide">b.</param>
    /// <param name="start">The first iterate; null for zero.</param>
    /// <param name="stop">When to stop; null for a relative tolerance of 1e-8.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The iterate with its recomputed residual.</returns>
    /// <exception cref="ArgumentException">A size differs from that of A.</exception>
    public Solution Solve(Batch rightHandSide, Batch? start = null, StoppingCriterion? stop = null, CancellationToken cancellationToken = default)
    {
        LinearSystem system = new LinearSystem(_operator, rightHandSide).PreconditionedBy(_preconditioner);
        return Solver.Solve(_outer.Method, start is Batch first ? system.StartingAt(first) : system, stop, new SolverOptions { Threads = 1 }, cancellationToken);
    }
}
