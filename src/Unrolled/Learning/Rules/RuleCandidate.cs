namespace Unrolled.Learning.Rules;

/// <summary>
/// A rule as a search sees it: four tables over (s, E, P, Q, C), row <c>s + 2E + 4P + 8Q + 16C</c>, the clock as a table over
/// (e(left), e(up-right)), and the directions of P, Q and C by their numbers in <see cref="RuleSpace.Neighbors"/>.
/// </summary>
/// <param name="S">The table of s'.</param>
/// <param name="P">The table of p'.</param>
/// <param name="Q">The table of q'.</param>
/// <param name="C">The table of c'.</param>
/// <param name="Clock">The four rows of e'.</param>
/// <param name="FromP">Where P comes from.</param>
/// <param name="FromQ">Where Q comes from.</param>
/// <param name="FromC">Where C comes from.</param>
public readonly record struct RuleCandidate(uint S, uint P, uint Q, uint C, byte Clock, byte FromP, byte FromQ, byte FromC)
{
    /// <summary>Whether both do the same as long as only the rows in a mask are asked for.</summary>
    internal bool SameOn(uint rows, in RuleCandidate other) =>
        ((((S ^ other.S) | (P ^ other.P) | (Q ^ other.Q) | (C ^ other.C)) & rows) == 0) && Frame == other.Frame;

    /// <summary>The clock and the directions in one number.</summary>
    internal int Frame => Clock | (Directions << 4);

    /// <summary>The directions in one number.</summary>
    internal int Directions => FromP | (FromQ << 3) | (FromC << 6);
}
