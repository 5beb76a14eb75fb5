using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>Solves <c>J(x) d = -F(x)</c> roughly, each instance of a chunk to its own relative residual: the inner iteration of an inexact Newton method.</summary>
internal interface IInnerSolver
{
    /// <summary>The vectors that it needs.</summary>
    int Vectors(NonlinearSystem problem);

    /// <summary>The scalars that it needs.</summary>
    int Scalars(NonlinearSystem problem);

    /// <summary>Computes the direction d; what an instance needs is counted for it.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="workspace">The memory of the run, at the iterate.</param>
    /// <param name="linearization">What the operator left at the iterate.</param>
    /// <param name="f">F at the iterate.</param>
    /// <param name="forcing">eta: the relative residual to reach, per instance.</param>
    /// <param name="d">Receives the direction.</param>
    void Solve(NonlinearSystem problem, Workspace workspace, Batch linearization, Batch f, ReadOnlySpan<double> forcing, Batch d);
}
