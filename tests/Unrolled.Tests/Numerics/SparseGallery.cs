using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

/// <summary>Square sparse matrices by name, and what tests of their factorizations measure.</summary>
internal static class SparseGallery
{
    private static readonly Dictionary<string, Func<SparseMatrix>> Regular = new()
    {
        ["1x1"] = () => From(1, (_, _) => -3),
        ["power flow"] = PowerFlow,
        ["Laplacian 30x30"] = () => Laplacian(30),
        ["Laplacian 100x100"] = () => Laplacian(100),
        ["arrow, head first"] = () => From(400, (i, j) => i == j ? 4 : i == 0 || j == 0 ? 0.1 : 0),
        ["arrow, head last"] = () => From(60, (i, j) => i == j ? 4 : i == 59 || j == 59 ? 1 : 0),
        ["dense"] = () => Random(40, 1, 5),
        ["random 0.02"] = () => Random(300, 0.02, 1),
        ["random 0.1"] = () => Random(90, 0.1, 2),
        ["random, small diagonal"] = () => Random(120, 0.05, 3, diagonal: 1e-9),
        ["permuted triangular"] = PermutedTriangular,
        ["cyclic shift"] = () => From(50, (i, j) => j == (i + 1) % 50 ? 1 : 0),
        ["saddle point"] = () => From(40, (i, j) => i == j && i < 25 ? 2 : (i < 25) != (j < 25) && (i + j) % 25 < 3 ? 1 + ((i * j) % 7) : 0),
        ["tridiagonal"] = () => From(200, (i, j) => i == j ? 2 : Math.Abs(i - j) == 1 ? -1 : 0),
    };

    public static TheoryData<string> Names => [.. Regular.Keys];

    public static SparseMatrix Get(string name) => Regular[name]();

    public static SparseMatrix From(int n, Func<int, int, double> entry)
    {
        List<int> rows = [], columns = [];
        List<double> values = [];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (entry(i, j) is double value and not 0)
                {
                    rows.Add(i);
                    columns.Add(j);
                    values.Add(value);
                }
            }
        }

        return SparseMatrix.FromTriplets(n, n, [.. rows], [.. columns], [.. values]);
    }

    /// <summary>Entries uniform in [-1, 1) with a probability, and a diagonal of a size (0: as the others).</summary>
    public static SparseMatrix Random(int n, double density, ulong seed, double diagonal = 1)
    {
        var random = new RandomStream(seed);
        return From(n, (i, j) => i == j ? diagonal * random.NextUniform(0.5, 1.5) : random.NextUniform() < density ? random.NextUniform(-1, 1) : 0);
    }

    public static SparseMatrix Laplacian(int side)
    {
        List<int> rows = [], columns = [];
        for (int i = 0; i < side * side; i++)
        {
            int[] around = [i, .. i >= side ? [i - side] : (int[])[], .. i % side > 0 ? [i - 1] : (int[])[]];
            foreach (int j in around)
            {
                rows.AddRange(i == j ? [i] : [i, j]);
                columns.AddRange(i == j ? [i] : [j, i]);
            }
        }

        return SparseMatrix.FromTriplets(side * side, side * side, [.. rows], [.. columns], [.. rows.Zip(columns, (i, j) => i == j ? 4.0 : -1)]);
    }

    public static SparseMatrix PowerFlow()
    {
        (SparsityPattern pattern, Batch entries) = MeshedNetwork.Jacobian(118, 179, 54, 1, 1);
        return Of(pattern, entries.Values);
    }

    public static SparseMatrix Of(SparsityPattern pattern, ReadOnlySpan<double> values) =>
        SparseMatrix.FromCompressedRows(pattern.RowCount, pattern.ColumnCount, pattern.RowStart, pattern.Columns, values);

    public static SparsityPattern Pattern(SparseMatrix a) => new(a.Rows, a.Columns, [.. a.RowStart], [.. a.ColumnIndices]);

    public static Matrix Dense(SparseMatrix a)
    {
        var dense = new Matrix(a.Rows, a.Columns);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
            {
                dense[i, a.ColumnIndices[k]] = a.Values[k];
            }
        }

        return dense;
    }

    /// <summary>max |b - A x| / (||A|| ||x|| + ||b||) in the norm of row sums: a few roundings for a stable solver.</summary>
    public static double BackwardError(SparseMatrix a, ReadOnlySpan<double> x, ReadOnlySpan<double> b)
    {
        double largest = 0, norm = 0;
        double[] product = new double[a.Rows];
        a.Multiply(x, product);
        for (int i = 0; i < a.Rows; i++)
        {
            double row = 0;
            for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
            {
                row += Math.Abs(a.Values[k]);
            }

            Assert.True(double.IsFinite(x[i]));
            norm = Math.Max(norm, row);
            largest = Math.Max(largest, Math.Abs(b[i] - product[i]));
        }

        return largest / ((norm * MatrixGallery.Largest(x)) + MatrixGallery.Largest(b));
    }

    private static SparseMatrix PermutedTriangular()
    {
        const int n = 80;
        var random = new RandomStream(8);
        int[] rows = Permutation(n, random), columns = Permutation(n, random);
        return From(n, (i, j) => rows[i] == columns[j] ? 1 : rows[i] < columns[j] && (rows[i] * columns[j]) % 11 == 1 ? 0.3 : 0);
    }

    public static int[] Permutation(int n, RandomStream random)
    {
        int[] permutation = [.. Enumerable.Range(0, n)];
        for (int i = n - 1; i > 0; i--)
        {
            int j = random.NextIndex(i + 1);
            (permutation[i], permutation[j]) = (permutation[j], permutation[i]);
        }

        return permutation;
    }
}
