using System.Globalization;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>What every factorization divides by.</summary>
internal static class Pivots
{
    /// <summary>Throws when a pivot cannot be divided by; rows are named as matrix files count them, from 1.</summary>
    public static void Check(double pivot, int row, string factorization, int? instance = null)
    {
        if (pivot == 0 || !double.IsFinite(pivot))
        {
            string where = instance is int s ? $"row {row + 1} of instance {s}" : $"row {row + 1}";
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{factorization}: the pivot in {where} is {pivot}; it must be finite and not 0"));
        }
    }
}
