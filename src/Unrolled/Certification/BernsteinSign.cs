using System.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Certification;

/// <summary>What is known of the sign of a polynomial on a box.</summary>
internal enum SignVerdict
{
    /// <summary>It is nowhere positive: proved.</summary>
    Nonpositive,

    /// <summary>It is positive at a point that was evaluated: disproved.</summary>
    PositiveSomewhere,

    /// <summary>The boxes that were allowed were too large to decide.</summary>
    Undecided,
}

/// <summary>
/// Decides in exact arithmetic whether a polynomial <c>p(x, e) = sum p_ij x^i e^j</c> is nowhere positive on <c>[0, X] x [0, E]</c>.
/// </summary>
/// <remarks>
/// In Bernstein's basis a polynomial lies between its smallest and its largest coefficient, and the coefficients at the corners are its values there. Boxes whose
/// coefficients are all at most 0 are proved, a positive corner disproves, other boxes are halved (de Casteljau). All numbers are integers over one
/// denominator. A polynomial that touches 0 inside the box may stay undecided. Reference: R. T. Farouki, Comput. Aided Geom. Des. 29 (2012) 379,
/// doi:10.1016/j.cagd.2012.03.001, sections 3 and 4.
/// </remarks>
internal static class BernsteinSign
{
    private const int MostBoxes = 20_000;

    /// <summary>Decides for <c>p_ij</c> in row i, column j.</summary>
    public static SignVerdict Of(Rational[,] p, Rational x, Rational e)
    {
        var open = new Stack<(BigInteger[,] Box, int Depth)>();
        open.Push((Coefficients(p, x, e), 0));
        for (int boxes = 0; open.TryPop(out (BigInteger[,] Box, int Depth) next); boxes++)
        {
            (BigInteger[,] box, int depth) = next;
            int n = box.GetLength(0) - 1, m = box.GetLength(1) - 1;
            if (box[0, 0].Sign > 0 || box[n, 0].Sign > 0 || box[0, m].Sign > 0 || box[n, m].Sign > 0)
            {
                return SignVerdict.PositiveSomewhere;
            }

            if (box.Cast<BigInteger>().All(c => c.Sign <= 0))
            {
                continue;
            }

            if (boxes >= MostBoxes)
            {
                return SignVerdict.Undecided;
            }

            bool along = n > 0 && (m == 0 || depth % 2 == 0);
            (BigInteger[,] low, BigInteger[,] high) = along ? Halves(box) : Halves(Transposed(box));
            open.Push((along ? low : Transposed(low), depth + 1));
            open.Push((along ? high : Transposed(high), depth + 1));
        }

        return SignVerdict.Nonpositive;
    }

    /// <summary>The coefficients in Bernstein's basis of the box times a positive number that makes them integers.</summary>
    private static BigInteger[,] Coefficients(Rational[,] p, Rational x, Rational e)
    {
        int n = p.GetLength(0) - 1, m = p.GetLength(1) - 1;
        var scaled = new Rational[n + 1, m + 1];
        BigInteger denominator = BigInteger.One;
        Rational powerX = Rational.One;
        for (int i = 0; i <= n; i++, powerX *= x)
        {
            Rational power = powerX;
            for (int j = 0; j <= m; j++, power *= e)
            {
                scaled[i, j] = p[i, j] * power / new Rational(Binomial(n, i) * Binomial(m, j), 1);
                BigInteger own = scaled[i, j].Denominator;
                denominator *= own / BigInteger.GreatestCommonDivisor(denominator, own);
            }
        }

        var box = new BigInteger[n + 1, m + 1];
        for (int i = 0; i <= n; i++)
        {
            for (int j = 0; j <= m; j++)
            {
                for (int k = 0; k <= i; k++)
                {
                    for (int l = 0; l <= j; l++)
                    {
                        box[i, j] += Binomial(i, k) * Binomial(j, l) * (scaled[k, l].Numerator * (denominator / scaled[k, l].Denominator));
                    }
                }
            }
        }

        return box;
    }

    /// <summary>Both halves along the first index, times <c>2^n</c>.</summary>
    private static (BigInteger[,] Low, BigInteger[,] High) Halves(BigInteger[,] box)
    {
        int n = box.GetLength(0) - 1, columns = box.GetLength(1);
        BigInteger[,] low = new BigInteger[n + 1, columns], high = new BigInteger[n + 1, columns];
        var work = new BigInteger[n + 1];
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i <= n; i++)
            {
                work[i] = box[i, j] << n;
            }

            for (int level = 0; level <= n; level++)
            {
                low[level, j] = work[0];
                high[n - level, j] = work[n - level];
                for (int i = 0; i < n - level; i++)
                {
                    work[i] = (work[i] + work[i + 1]) >> 1; // even: level + 1 halvings of a multiple of 2^n
                }
            }
        }

        return (low, high);
    }

    private static BigInteger[,] Transposed(BigInteger[,] box)
    {
        var transposed = new BigInteger[box.GetLength(1), box.GetLength(0)];
        for (int i = 0; i < box.GetLength(0); i++)
        {
            for (int j = 0; j < box.GetLength(1); j++)
            {
                transposed[j, i] = box[i, j];
            }
        }

        return transposed;
    }

    private static BigInteger Binomial(int n, int k)
    {
        BigInteger value = BigInteger.One;
        for (int i = 1; i <= k; i++)
        {
            value = value * (n - k + i) / i;
        }

        return value;
    }
}
