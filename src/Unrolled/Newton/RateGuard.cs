using Unrolled.Numerics;

namespace Unrolled.Newton;

/// <summary>
/// Takes back a step after which <c>||F||</c> has not fallen to a part of what it was. A demand of "any decrease" would let a stall pass;
/// a rate does not.
/// </summary>
/// <param name="rate">The part.</param>
/// <param name="before">The vector for the iterate before the step.</param>
internal readonly struct RateGuard(double rate, int before)
{
    public void Before(Workspace workspace)
    {
        if (double.IsFinite(rate))
        {
            workspace.Iterate.CopyTo(workspace.Vector(before));
            workspace.ResidualNorms.CopyTo(workspace.Vector(before).Instances == 0 ? [] : Norms(workspace));
        }
    }

    public void After(Workspace workspace)
    {
        if (!double.IsFinite(rate))
        {
            return;
        }

        ReadOnlySpan<double> norms = Norms(workspace);
        for (int s = 0; s < norms.Length; s++)
        {
            if (!(workspace.ResidualNorms[s] <= rate * norms[s]))
            {
                workspace.Vector(before).CopyInstanceTo(s, workspace.Iterate, s);
                workspace.ResidualNorms[s] = norms[s];
                workspace.Fail(s, Termination.RateNotMet);
            }
        }
    }

    private static Span<double> Norms(Workspace workspace) => workspace.Scalar(workspace.ScalarCount - 1);
}
