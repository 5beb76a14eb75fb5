namespace Unrolled.Numerics;

/// <summary>The guards of the public entries of the dense factorizations; both numbers are in every text.</summary>
internal static class Shapes
{
    /// <summary>Refuses a matrix that is absent or not square.</summary>
    public static void Square(Matrix a, string name)
    {
        ArgumentNullException.ThrowIfNull(a, name);
        if (a.Rows != a.Columns)
        {
            throw new ArgumentException($"{name} must be square, it has {a.Rows} rows and {a.Columns} columns", name);
        }
    }

    /// <summary>Refuses a vector whose length differs from a dimension of a matrix.</summary>
    public static void Length(ReadOnlySpan<double> vector, int expected, string name, string dimension)
    {
        if (vector.Length != expected)
        {
            throw new ArgumentException($"{name} has {vector.Length} rows, {dimension} {expected}", name);
        }
    }

    /// <summary>Refuses entries that are not finite: no eigenvalue iteration can end on them.</summary>
    public static void Finite(ReadOnlySpan<double> entries, int columns, string name)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            if (!double.IsFinite(entries[i]))
            {
                throw new ArgumentException($"{name} has the entry {entries[i]} in row {i / columns}, column {i % columns}", name);
            }
        }
    }
}
