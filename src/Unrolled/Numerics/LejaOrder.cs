using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// Orders the roots of a polynomial so that the partial products of <c>prod (1 - t/z_i)</c> neither overflow nor cancel on
/// the way: each next root is the one farthest, in the product of distances, from those before it. Conjugate pairs stay
/// together, the root above the real axis first.
/// </summary>
/// <remarks>Cost O(n^2). L. Reichel, BIT 30 (1990) 332-346, doi:10.1007/BF02017352.</remarks>
internal static class LejaOrder
{
    /// <summary>Sorts the roots in place.</summary>
    public static void Sort(Span<Complex> roots)
    {
        for (int placed = 0; placed < roots.Length;)
        {
            int next = placed;
            double best = double.NegativeInfinity;
            for (int i = placed; i < roots.Length; i++)
            {
                double distance = roots[i].Imaginary < 0 ? double.NegativeInfinity : Distance(roots[i], roots[..placed]);
                if (distance > best)
                {
                    (best, next) = (distance, i);
                }
            }

            (roots[placed], roots[next]) = (roots[next], roots[placed]);
            placed++;
            if (roots[placed - 1].Imaginary > 0)
            {
                int partner = Nearest(Complex.Conjugate(roots[placed - 1]), roots, placed);
                if (partner >= 0)
                {
                    (roots[placed], roots[partner]) = (roots[partner], roots[placed]);
                    placed++;
                }
            }
        }
    }

    /// <summary>The logarithm of the product of distances; of the modulus for the first root. Logarithms only rank here.</summary>
    private static double Distance(Complex root, ReadOnlySpan<Complex> placed)
    {
        double sum = placed.Length == 0 ? Math.Log(Complex.Abs(root)) : 0;
        foreach (Complex other in placed)
        {
            sum += Math.Log(Complex.Abs(root - other));
        }

        return double.IsNaN(sum) ? double.MinValue : Math.Max(sum, double.MinValue);
    }

    private static int Nearest(Complex target, ReadOnlySpan<Complex> roots, int from)
    {
        int nearest = -1;
        double least = double.PositiveInfinity;
        for (int i = from; i < roots.Length; i++)
        {
            double distance = Complex.Abs(roots[i] - target);
            if (roots[i].Imaginary < 0 && distance < least)
            {
                (least, nearest) = (distance, i);
            }
        }

        return nearest;
    }
}
