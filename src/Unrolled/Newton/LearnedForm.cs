namespace Unrolled.Newton;

/// <summary>The forms of a learned step for nonlinear systems.</summary>
public enum LearnedForm
{
    /// <summary><see cref="LearnedSolver"/>: evaluations of F at displaced points.</summary>
    Direct,

    /// <summary><see cref="LearnedNewtonKrylov"/>: evaluations of the linearized residual.</summary>
    NewtonKrylov,
}
