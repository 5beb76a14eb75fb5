using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>A small system written out in settings: <c>matrix</c> as a list of rows and <c>right-hand-side</c> as a list.</summary>
internal static class SmallMatrix
{
    /// <summary>The most rows a written-out matrix may have.</summary>
    public const int MostRows = 512;

    /// <summary>The paper's example: 5 x 5, symmetric positive definite, spectrum [0.58, 1.57].</summary>
    public static Matrix Paper => Matrix.FromRows(
        [1.392232, .152829, .088680, .185377, .156244],
        [.152829, 1.070883, .020994, .068940, .141251],
        [.088680, .020994, .910692, -.222769, .060267],
        [.185377, .068940, -.222769, .833275, .058072],
        [.156244, .141251, .060267, .058072, .735495]);

    /// <summary>The paper's right-hand side, in the middle of its distribution.</summary>
    public static double[] PaperRightHandSide => [2.483570, -.691321, 3.238442, 7.615149, -1.170766];

    /// <summary>Reads the matrix, or writes the paper's into the settings where there is none and that is allowed.</summary>
    public static Matrix ReadMatrix(Settings settings, bool required)
    {
        if (!settings.TryGet("matrix", out Setting? value))
        {
            if (required)
            {
                throw settings.Fault("matrix", $"'{settings.Path}.matrix' is missing; expected a list of rows, each a list of numbers");
            }

            Matrix paper = Paper;
            Write(settings, paper);
            return paper;
        }

        IReadOnlyList<Setting> rows = value.Items ?? [];
        if (rows.Count is 0 or > MostRows)
        {
            throw settings.Fault("matrix", $"'{settings.Path}.matrix' must be a list of 1 to {MostRows} rows, each a list of numbers");
        }

        var matrix = new Matrix(rows.Count, rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            double[] row = Numbers(settings, "matrix", rows[i], $"row {i + 1} of '{settings.Path}.matrix'");
            if (row.Length != rows.Count)
            {
                throw settings.Fault("matrix", $"row {i + 1} of '{settings.Path}.matrix' has {row.Length} numbers, the matrix has {rows.Count} rows");
            }

            row.CopyTo(matrix.Row(i));
        }

        return matrix;
    }

    /// <summary>The section of a family of a written-out system, as the two readers here read it; null where the matrix has too many rows to be written out.</summary>
    public static Settings? SettingsOf(string kind, Matrix matrix, double[] rightHandSide, params ReadOnlySpan<(string, object)> others)
    {
        if (matrix.Rows > MostRows)
        {
            return null;
        }

        Settings settings = FamilySettings.Of([("kind", kind), .. others]);
        Write(settings, matrix);
        settings.Set("right-hand-side", ListOf(rightHandSide));
        return settings;
    }

    /// <summary>Reads the right-hand side; where there is none, the paper's (for five rows) or zeros, written into the settings.</summary>
    public static double[] ReadRightHandSide(Settings settings, int rows)
    {
        if (!settings.TryGet("right-hand-side", out Setting? value))
        {
            double[] fallback = rows == 5 ? PaperRightHandSide : new double[rows];
            settings.Set("right-hand-side", ListOf(fallback));
            return fallback;
        }

        double[] b = Numbers(settings, "right-hand-side", value, $"'{settings.Path}.right-hand-side'");
        return b.Length == rows
            ? b
            : throw settings.Fault("right-hand-side", $"'{settings.Path}.right-hand-side' has {b.Length} numbers, the matrix has {rows} rows");
    }

    /// <summary>What can be seen of a matrix: exact symmetry, and definiteness of its symmetric part by Cholesky's factorization.</summary>
    public static OperatorProperties PropertiesOf(Matrix a)
    {
        var part = new Matrix(a.Rows, a.Rows);
        bool symmetric = true;
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j < a.Rows; j++)
            {
                part[i, j] = (0.5 * a[i, j]) + (0.5 * a[j, i]);
                symmetric &= a[i, j] == a[j, i];
            }
        }

        return (symmetric ? OperatorProperties.Symmetric : OperatorProperties.None)
            | (CholeskyFactorization.TryFactor(part, out _) ? OperatorProperties.PositiveDefinite : OperatorProperties.None);
    }

    /// <summary>Writes <c>b</c> plus uniform noise in [-spread, spread) to one instance.</summary>
    public static void DrawRightHandSide(double[] b, double spread, RandomStream stream, Batch destination, int instance)
    {
        for (int i = 0; i < b.Length; i++)
        {
            destination[i, instance] = b[i] + stream.NextUniform(-spread, spread);
        }
    }

    private static void Write(Settings settings, Matrix matrix) =>
        settings.Set("matrix", new Setting { Items = [.. Enumerable.Range(0, matrix.Rows).Select(i => ListOf(matrix.Row(i)))] });

    private static Setting ListOf(ReadOnlySpan<double> numbers)
    {
        var items = new Setting[numbers.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = new Setting { Text = numbers[i].ToString("R", CultureInfo.InvariantCulture) };
        }

        return new Setting { Items = items };
    }

    private static double[] Numbers(Settings settings, string key, Setting list, string name)
    {
        IReadOnlyList<Setting> items = list.Items
            ?? throw settings.Fault(key, $"{name} must be a list of numbers");
        var numbers = new double[items.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!double.TryParse(items[i].Text, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                string found = items[i].Text is string text ? $"'{text}'" : items[i].Items is null ? "a section" : "a list";
                throw settings.Fault(key, $"number {i + 1} of {name} is {found}; expected a finite number");
            }
        }

        return numbers;
    }
}
