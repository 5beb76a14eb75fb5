using System.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>The power that enters a branch at its ends, in MVA.</summary>
/// <param name="Branch">The branch, an index into <see cref="PowerNetwork.Branches"/>.</param>
/// <param name="From">P + jQ into the branch at its from end.</param>
/// <param name="To">P + jQ into the branch at its to end.</param>
/// <param name="Loading">The larger apparent power over the rating; 0 without a rating.</param>
public sealed record BranchFlow(int Branch, Complex From, Complex To, double Loading)
{
    /// <summary>What the branch loses.</summary>
    public Complex Loss => From + To;
}
