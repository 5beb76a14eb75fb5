using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>What the outage of one branch changes in the equations of power flow at a point: at most four rows and columns.</summary>
/// <param name="Jacobian">The change of the Jacobian: at the angles and magnitudes of both ends, as far as they are unknown.</param>
/// <param name="Mismatch">The change of F in the rows <see cref="LowRankChange.Indices"/>: the power that the branch no longer takes.</param>
public sealed record BranchOutageChange(LowRankChange Jacobian, ImmutableArray<double> Mismatch)
{
    /// <summary>The change at a point where the branch is in service with status 1.</summary>
    /// <param name="network">The network.</param>
    /// <param name="unknowns">The order of the unknowns of the network.</param>
    /// <param name="point">The point, shape (unknowns.Components).</param>
    /// <param name="branch">The branch, an index into <see cref="PowerNetwork.Branches"/>.</param>
    /// <exception cref="ArgumentException">The branch is not in service, or the point has another size.</exception>
    public static BranchOutageChange At(PowerNetwork network, PowerFlowUnknowns unknowns, ReadOnlySpan<double> point, int branch)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(unknowns);
        Guard.Equal(point.Length, unknowns.Components, "the length of the point", "the number of unknowns");
        PowerBranch named = RequireInService(network, branch);
        (int f, int t) = (named.From, named.To);
        (Complex yff, Complex yft, Complex ytf, Complex ytt) = named.Admittances();
        double vf = Known(unknowns.MagnitudeOf[f], network.Buses[f].Magnitude, point), vt = Known(unknowns.MagnitudeOf[t], network.Buses[t].Magnitude, point);
        double difference = Known(unknowns.AngleOf[f], network.Buses[f].Angle, point) - Known(unknowns.AngleOf[t], network.Buses[t].Angle, point);
        (Vector512<double> sine, Vector512<double> cosine) = ElementaryTrigonometric.SinCos(Vector512.Create(difference));
        double a = vf * vt * cosine[0], b = vf * vt * sine[0];
        double fromA = (yft.Real * a) + (yft.Imaginary * b), fromC = (yft.Real * b) - (yft.Imaginary * a);
        double toA = (ytf.Real * a) - (ytf.Imaginary * b), toC = -(ytf.Real * b) - (ytf.Imaginary * a);

        // Rows P f, P t, Q f, Q t; columns angle f, angle t, V f, V t.
        double[,] block =
        {
            { -fromC, fromC, (fromA / vf) + (2 * yff.Real * vf), fromA / vt },
            { toC, -toC, toA / vf, (toA / vt) + (2 * ytt.Real * vt) },
            { fromA, -fromA, (fromC / vf) - (2 * yff.Imaginary * vf), fromC / vt },
            { -toA, toA, toC / vf, (toC / vt) - (2 * ytt.Imaginary * vt) },
        };
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                block[i, j] = -block[i, j];
            }
        }

        int[] indices = [unknowns.AngleOf[f], unknowns.AngleOf[t], unknowns.MagnitudeOf[f], unknowns.MagnitudeOf[t]];
        double[] mismatch =
        [
            -fromA - (yff.Real * vf * vf), -toA - (ytt.Real * vt * vt), (yff.Imaginary * vf * vf) - fromC, (ytt.Imaginary * vt * vt) - toC,
        ];
        return new BranchOutageChange(LowRankChange.Of(indices, block), [.. Enumerable.Range(0, 4).Where(i => indices[i] >= 0).Select(i => mismatch[i])]);
    }

    internal static PowerBranch RequireInService(PowerNetwork network, int branch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)branch, (uint)network.Branches.Length, nameof(branch));
        return network.Branches[branch].InService
            ? network.Branches[branch]
            : throw new ArgumentException($"branch {branch} is out of service already", nameof(branch));
    }

    private static double Known(int unknown, double given, ReadOnlySpan<double> point) => unknown < 0 ? given : point[unknown];
}
