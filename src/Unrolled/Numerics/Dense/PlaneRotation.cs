namespace Unrolled.Numerics;

/// <summary>
/// A rotation with c x + s z = r and c z - s x = 0 (Golub and Van Loan, Matrix Computations, 4th ed., section 5.1.8).
/// </summary>
/// <param name="C">The cosine.</param>
/// <param name="S">The sine.</param>
/// <param name="R">The length of (x, z), never negative.</param>
internal readonly record struct PlaneRotation(double C, double S, double R)
{
    /// <summary>The rotation that turns (x, z) into (r, 0); the identity for (0, 0).</summary>
    public static PlaneRotation Annihilate(double x, double z)
    {
        double r = Hypotenuse(x, z);
        return r == 0 ? new PlaneRotation(1, 0, 0) : new PlaneRotation(x / r, z / r, r);
    }

    /// <summary>sqrt(x^2 + z^2) without avoidable overflow or underflow, with the same bits on every machine.</summary>
    public static double Hypotenuse(double x, double z)
    {
        double large = Math.Max(Math.Abs(x), Math.Abs(z));
        if (large is > 1e-140 and < 1e140)
        {
            return Math.Sqrt((x * x) + (z * z));
        }

        double ratio = Math.Min(Math.Abs(x), Math.Abs(z)) / large;
        return large == 0 ? 0 : large * Math.Sqrt(1 + (ratio * ratio));
    }
}
