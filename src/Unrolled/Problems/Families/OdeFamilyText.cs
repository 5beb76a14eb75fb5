namespace Unrolled.Problems.Families;

/// <summary>A built-in family as a user would write it; distributions are separated by semicolons.</summary>
internal sealed record OdeFamilyText(string Kind, string Summary, string Equations, string Parameters, string Initial, double Horizon)
{
    /// <summary>Two families share it.</summary>
    public const string VanDerPol = "dx = y\ndy = mu*(1 - x^2)*y - x";
}
