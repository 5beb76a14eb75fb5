using System.Globalization;

namespace Unrolled.Tests.Deployment;

/// <summary>What an exported solver returned.</summary>
/// <param name="Status">Its status, in the order of the file's list.</param>
/// <param name="Steps">Steps.</param>
/// <param name="Cost">Products or evaluations.</param>
/// <param name="Residual">The residual norm.</param>
/// <param name="Vectors">The iterate, and what else was asked for, one after the other.</param>
internal sealed record ExportedSolve(int Status, int Steps, int Cost, double Residual, double[] Vectors)
{
    /// <summary>One result a line, numbers separated by spaces.</summary>
    public static ExportedSolve[] ParseAll(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Of([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)]))];

    /// <summary>The same from an array.</summary>
    public static ExportedSolve Of(double[] numbers) => new((int)numbers[0], (int)numbers[1], (int)numbers[2], numbers[3], numbers[4..]);

    /// <summary>Where two results differ by more than the tolerance, relative to the largest number of the vectors; null where they do not. A tolerance of 0 asks for the bits.</summary>
    public string? Difference(ExportedSolve other, double tolerance)
    {
        if ((Status, Steps, Cost, Vectors.Length) != (other.Status, other.Steps, other.Cost, other.Vectors.Length))
        {
            return $"{this} against {other}";
        }

        double scale = Vectors.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        for (int i = 0; i < Vectors.Length; i++)
        {
            if (!Agree(Vectors[i], other.Vectors[i], tolerance * scale))
            {
                return FormattableString.Invariant($"number {i}: {Vectors[i]:R} against {other.Vectors[i]:R}");
            }
        }

        return Agree(Residual, other.Residual, tolerance * Math.Max(scale, Math.Abs(Residual))) ? null : FormattableString.Invariant($"residual {Residual:R} against {other.Residual:R}");
    }

    private static bool Agree(double a, double b, double tolerance) => tolerance == 0
        ? a == b || (double.IsNaN(a) && double.IsNaN(b))
        : Math.Abs(a - b) <= tolerance || a.Equals(b);

    private static double Number(string word) => word.TrimStart('-') switch
    {
        "nan" => double.NaN,
        "inf" => word[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
        _ => double.Parse(word, CultureInfo.InvariantCulture),
    };
}
