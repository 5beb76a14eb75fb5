namespace Unrolled.Krylov;

/// <summary>
/// The operations that an R2N2 step consists of: run at once on a workspace, or recorded on a tape. The step is written
/// once against them (<see cref="RowPlan.Run"/>). Points are numbered: 0 is the iterate, 1 and 2 are displaced points.
/// </summary>
internal interface IResidualSteps
{
    /// <summary><c>v_term = M^-1 f(point)</c>.</summary>
    void Function(int point, int term);

    /// <summary><c>destination = start + sum_l theta[firstWeight + l] v_{firstTerm + l}</c> over <paramref name="terms"/> terms.</summary>
    void Combine(int start, int firstWeight, int firstTerm, int terms, int destination);

    /// <summary><c>destination = point + theta[weight] f(point)</c>, where the plan says that the evaluation is needed nowhere else.</summary>
    void Relax(int point, int weight, int destination);
}
