namespace Unrolled.Newton;

/// <summary>
/// Takes back a step after which <c>||F||</c> has not fallen to a part of what it was. A demand of "any decrease" would let a stall pass;
/// a rate does not.
/// </summary>
/// <param name="rate">The part; infinite for no demand.</param>
/// <param name="vector">The vector for the iterate before the step.</param>
/// <param name="scalar">The scalar for its norm.</param>
internal readonly struct RateGuard(double rate, int vector, int scalar)
{
    public void Before(Workspace workspace)
    {
        if (double.IsFinite(rate))
        {
            workspace.Iterate.CopyTo(workspace.Vector(vector));
            workspace.ResidualNorms.CopyTo(workspace.Scalar(scalar));
        }
    }

    public void After(Workspace workspace)
    {
        if (!double.IsFinite(rate))
        {
            return;
        }

        ReadOnlySpan<double> before = workspace.Scalar(scalar);
        Span<double> norms = workspace.ResidualNorms;
        for (int s = 0; s < norms.Length; s++)
        {
            if (!(norms[s] <= rate * before[s]))
            {
                workspace.Vector(vector).CopyInstanceTo(s, workspace.Iterate, s);
                norms[s] = before[s];
                workspace.Fail(s, Termination.RateNotMet);
            }
        }
    }
}
