using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class SparseMatrixTests
{
    // 1 0 2
    // 0 0 0
    // 3 4 0
    private static readonly SparseMatrix Small = SparseMatrix.FromTriplets(3, 3, [2, 0, 2, 0], [1, 2, 0, 0], [4, 2, 3, 1]);

    [Fact]
    public void TripletsInAnyOrderGiveSortedRows()
    {
        Assert.Equal([0, 2, 2, 4], Small.RowStart.ToArray());
        Assert.Equal([0, 2, 0, 1], Small.ColumnIndices.ToArray());
        Assert.Equal([1, 2, 3, 4], Small.Values.ToArray());
        Assert.Equal((3, 3, 4), (Small.Rows, Small.Columns, Small.StoredEntries));
    }

    [Fact]
    public void IndexerGivesStoredValuesAndZeros()
    {
        Assert.Equal(4, Small[2, 1]);
        Assert.Equal(0, Small[1, 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Small[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Small[0, -1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AgreesWithTheDenseMatrix(int seed)
    {
        var random = new Random(seed);
        (double[,] dense, SparseMatrix sparse) = Draw(random, random.Next(1, 30), random.Next(1, 30));
        SparseMatrix transpose = sparse.Transpose();
        double[] x = [.. Enumerable.Range(0, sparse.Columns).Select(_ => random.NextDouble() - 0.5)];
        var y = new double[sparse.Rows];
        sparse.Multiply(x, y);
        for (int i = 0; i < sparse.Rows; i++)
        {
            double sum = 0;
            for (int j = 0; j < sparse.Columns; j++)
            {
                Assert.Equal(dense[i, j], sparse[i, j]);
                Assert.Equal(dense[i, j], transpose[j, i]);
                sum = dense[i, j] == 0 ? sum : Math.FusedMultiplyAdd(dense[i, j], x[j], sum);
            }

            Assert.Equal(sum, y[i]);
        }

        Assert.Equal(Enumerable.Range(0, Math.Min(sparse.Rows, sparse.Columns)).Select(i => dense[i, i]), sparse.Diagonal());
        Assert.Equal(sparse.Values.ToArray(), transpose.Transpose().Values.ToArray());
        Assert.Equal(sparse.ColumnIndices.ToArray(), transpose.Transpose().ColumnIndices.ToArray());
    }

    [Fact]
    public void SymmetryIsExact()
    {
        SparseMatrix symmetric = SparseMatrix.FromTriplets(2, 2, [0, 0, 1], [0, 1, 0], [5, 0.1, 0.1]);
        SparseMatrix nearly = symmetric.WithValues([5, 0.1, Math.BitIncrement(0.1)]);
        SparseMatrix skew = symmetric.WithValues([0, -0.1, 0.1]);
        Assert.True(symmetric.IsSymmetric());
        Assert.False(nearly.IsSymmetric());
        Assert.True(nearly.IsStructurallySymmetric());
        Assert.True(skew.IsSkewSymmetric());
        Assert.False(symmetric.IsSkewSymmetric());
        Assert.False(Small.IsStructurallySymmetric());
        Assert.False(SparseMatrix.FromTriplets(2, 3, [], [], []).IsSymmetric());
    }

    [Fact]
    public void EmptySizesAreMatrices()
    {
        SparseMatrix empty = SparseMatrix.FromTriplets(0, 2, [], [], []);
        empty.Multiply([1, 2], []);
        Assert.Equal((2, 0), (empty.Transpose().Rows, empty.Transpose().Columns));
        Assert.Empty(empty.Diagonal());
    }

    [Fact]
    public void WithValuesKeepsTheStructureAndTheOriginal()
    {
        SparseMatrix other = Small.WithValues([10, 20, 30, 40]);
        Assert.Equal(40, other[2, 1]);
        Assert.Equal(4, Small[2, 1]);
        Fails("3 values, but 4 stored entries", () => Small.WithValues([1, 2, 3]));
    }

    [Fact]
    public void MultiplyAllocatesNothing()
    {
        double[] x = [1, 2, 3], y = new double[3];
        Small.Multiply(x, y);
        Assert.Equal(0, Allocation.Of(() => Small.Multiply(x, y)));
    }

    [Fact]
    public void MistakesOfTheCallerNameBothNumbers()
    {
        var x = new double[3];
        Fails("2 elements of x, but 3 columns", () => Small.Multiply([1, 2], new double[3]));
        Fails("4 elements of the destination, but 3 rows", () => Small.Multiply(x, new double[4]));
        Fails("the destination overlaps x", () => Small.Multiply(x, x));
        Fails("1 values, but 2 row indices", () => SparseMatrix.FromTriplets(2, 2, [0, 1], [0, 1], [1]));
        Fails("entry (1, 0) is given twice", () => SparseMatrix.FromTriplets(2, 2, [1, 0, 1], [0, 0, 0], [1, 2, 3]));
        Fails("index 2 is outside 0..1", () => SparseMatrix.FromTriplets(2, 2, [2], [0], [1]));
        Fails("index -1 is outside 0..1", () => SparseMatrix.FromTriplets(2, 2, [0], [-1], [1]));
        Fails("2 row starts, but 3 rows + 1", () => SparseMatrix.FromCompressedRows(2, 2, [0, 0], [], []));
        Fails("row starts run from 0 to 1, expected 0 to 2", () => SparseMatrix.FromCompressedRows(2, 2, [0, 1, 1], [0, 1], [1, 2]));
        Fails("row 1 starts at 3 and ends at 2", () => SparseMatrix.FromCompressedRows(2, 3, [0, 3, 2], [0, 1], [1, 2]));
        Fails("columns do not increase at entry (0, 0)", () => SparseMatrix.FromCompressedRows(1, 2, [0, 2], [1, 0], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseMatrix.FromTriplets(-1, 2, [], [], []));
    }

    private static void Fails(string message, Action act) => Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(act).Message);

    private static (double[,] Dense, SparseMatrix Sparse) Draw(Random random, int rows, int columns)
    {
        var dense = new double[rows, columns];
        var entries = new List<(int Row, int Column)>();
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                if (random.Next(4) == 0)
                {
                    dense[i, j] = random.NextDouble() - 0.5;
                    entries.Add((i, j));
                }
            }
        }

        (int Row, int Column)[] shuffled = [.. entries];
        random.Shuffle(shuffled);
        return (dense, SparseMatrix.FromTriplets(
            rows,
            columns,
            [.. shuffled.Select(e => e.Row)],
            [.. shuffled.Select(e => e.Column)],
            [.. shuffled.Select(e => dense[e.Row, e.Column])]));
    }
}
