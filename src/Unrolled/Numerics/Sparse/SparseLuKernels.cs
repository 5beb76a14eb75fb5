namespace Unrolled.Numerics;

/// <summary>
/// Numbers of one sparse factorization P A Q = L U with known pattern and pivots. Every entry is one chain of fused operations in the
/// order of the pivots, the same in <see cref="BatchedSparseLuKernels"/>. Nothing is checked or allocated.
/// </summary>
internal static unsafe class SparseLuKernels
{
    /// <summary>Left-looking elimination, column by column in the column <paramref name="work"/>, which is zero before and after.</summary>
    public static SparseLuQuality Refactor(
        SparseLuPattern pattern, ReadOnlySpan<double> values, Span<double> lower, Span<double> upper, Span<double> inversePivots, Span<double> work)
    {
        SparseLuQuality quality = SparseLuQuality.Start;
        fixed (double* a = values, l = lower, u = upper, d = inversePivots, x = work)
        fixed (int* sourceStart = pattern.SourceStart, sourceRow = pattern.SourceRow, source = pattern.Source)
        fixed (int* lowerStart = pattern.LowerStart, lowerRow = pattern.LowerRow, upperStart = pattern.UpperStart, upperRow = pattern.UpperRow)
        {
            for (int j = 0; j < pattern.Order; j++)
            {
                long scale = 0, largest = 0;
                for (nint t = sourceStart[j]; t < sourceStart[j + 1]; t++)
                {
                    double entry = a[source[t]];
                    x[sourceRow[t]] = entry;
                    scale = Math.Max(scale, SparseLuQuality.Magnitude(entry));
                }

                for (nint t = upperStart[j]; t < upperStart[j + 1]; t++)
                {
                    nint c = upperRow[t];
                    double entry = x[c];
                    x[c] = 0;
                    u[t] = entry;
                    largest = Math.Max(largest, SparseLuQuality.Magnitude(entry));
                    Subtract(entry, l, lowerRow, lowerStart[c], lowerStart[c + 1], x);
                }

                double pivot = x[j];
                x[j] = 0;
                largest = Math.Max(largest, SparseLuQuality.Magnitude(pivot));
                nint from = lowerStart[j], to = lowerStart[j + 1];
                for (nint t = from; t < to; t++)
                {
                    double entry = x[lowerRow[t]];
                    x[lowerRow[t]] = 0;
                    l[t] = entry;
                    largest = Math.Max(largest, SparseLuQuality.Magnitude(entry));
                }

                double inverse = quality.Include(pivot, largest, scale);
                d[j] = inverse;
                for (nint t = from; t < to; t++)
                {
                    l[t] *= inverse;
                }
            }
        }

        return quality;
    }

    /// <summary>L U z = y in place.</summary>
    public static void Solve(SparseLuPattern pattern, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, ReadOnlySpan<double> inversePivots, double* y)
    {
        fixed (double* l = lower, u = upper, d = inversePivots)
        fixed (int* lowerStart = pattern.LowerStart, lowerRow = pattern.LowerRow, upperStart = pattern.UpperStart, upperRow = pattern.UpperRow)
        {
            for (nint j = 0; j < pattern.Order; j++)
            {
                Subtract(y[j], l, lowerRow, lowerStart[j], lowerStart[j + 1], y);
            }

            for (nint j = pattern.Order - 1; j >= 0; j--)
            {
                double z = y[j] * d[j];
                y[j] = z;
                Subtract(z, u, upperRow, upperStart[j], upperStart[j + 1], y);
            }
        }
    }

    /// <summary>(L U)^T z = y in place.</summary>
    public static void SolveTransposed(
        SparseLuPattern pattern, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, ReadOnlySpan<double> inversePivots, double* y)
    {
        fixed (double* l = lower, u = upper, d = inversePivots)
        fixed (int* lowerStart = pattern.LowerStart, lowerRow = pattern.LowerRow, upperStart = pattern.UpperStart, upperRow = pattern.UpperRow)
        {
            for (nint j = 0; j < pattern.Order; j++)
            {
                y[j] = Remainder(y[j], u, upperRow, upperStart[j], upperStart[j + 1], y) * d[j];
            }

            for (nint j = pattern.Order - 1; j >= 0; j--)
            {
                y[j] = Remainder(y[j], l, lowerRow, lowerStart[j], lowerStart[j + 1], y);
            }
        }
    }

    /// <summary>x[rows] -= factor * column.</summary>
    private static void Subtract(double factor, double* column, int* rows, nint from, nint to, double* x)
    {
        for (nint t = from; t < to; t++)
        {
            nint row = rows[t];
            x[row] = Math.FusedMultiplyAdd(column[t], -factor, x[row]);
        }
    }

    /// <summary>sum - column^T x[rows], from the first entry to the last.</summary>
    private static double Remainder(double sum, double* column, int* rows, nint from, nint to, double* x)
    {
        for (nint t = from; t < to; t++)
        {
            sum = Math.FusedMultiplyAdd(column[t], -x[rows[t]], sum);
        }

        return sum;
    }
}
