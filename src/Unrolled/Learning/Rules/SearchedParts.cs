namespace Unrolled.Learning.Rules;

/// <summary>Which parts of a rule are searched besides its functions <c>p', q', c', s'</c>.</summary>
[Flags]
public enum SearchedParts
{
    /// <summary>The functions alone: <c>e' = e(left)|e(up-right)</c>, and P = p(up), Q = q(up), C = c(left).</summary>
    Functions = 0,

    /// <summary>The clock: any function <c>e'</c> of e(left) and e(up-right), 16 in number.</summary>
    Clock = 1,

    /// <summary>The directions: P, Q and C come from any of the eight neighbors each.</summary>
    Directions = 2,
}
