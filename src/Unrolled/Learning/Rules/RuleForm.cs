namespace Unrolled.Learning.Rules;

/// <summary>How the functions of a searched rule are written.</summary>
public enum RuleForm
{
    /// <summary>
    /// Few gates: <c>p' = x|(x&amp;x)</c>, <c>q' = x|(x&amp;x&amp;~x)</c>, <c>c' = x|(x&amp;(x|x))</c>, <c>s' = s^(y&amp;y)</c>, where every x is one of the
    /// five inputs s, E, P, Q, C and every y one of them or p', q', c'.
    /// </summary>
    Gates,

    /// <summary>Four tables of the five inputs, 32 rows each, all 128 bits free.</summary>
    Tables,
}
