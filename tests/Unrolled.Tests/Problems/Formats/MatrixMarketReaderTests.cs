using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Problems.Formats;

public class MatrixMarketReaderTests
{
    [Fact]
    public void ReadsAGeneralCoordinateFile()
    {
        MatrixMarketFile file = Read(
            "%%MatrixMarket matrix coordinate real general\n% a comment\n%\n2 3 3\n2 1 -1.5e-3\n1 3 .25\n1 1 +4.\n");
        MatrixMarketHeader expected =
            new(MatrixMarketFormat.Coordinate, MatrixMarketField.Real, MatrixMarketSymmetry.General, Rows: 2, Columns: 3, Entries: 3);
        Assert.Equal(expected, file.Header);
        Assert.Null(file.Dense);
        Assert.Equal([4, 0, 0.25, -1.5e-3, 0, 0], file.ToDense());
        Assert.Same(file.Sparse, file.ToSparse());
    }

    [Theory]
    [InlineData("coordinate real symmetric", "2 2 2\n1 1 5\n2 1 3", new double[] { 5, 3, 3, 0 })]
    [InlineData("coordinate real skew-symmetric", "2 2 1\n2 1 3", new double[] { 0, -3, 3, 0 })]
    [InlineData("coordinate integer general", "2 2 1\n2 1 -7", new double[] { 0, 0, -7, 0 })]
    [InlineData("coordinate integer symmetric", "2 2 1\n2 2 -9007199254740992", new double[] { 0, 0, 0, -9007199254740992 })]
    [InlineData("coordinate pattern general", "2 2 2\n2 1\n1 1", new double[] { 1, 0, 1, 0 })]
    [InlineData("coordinate pattern symmetric", "2 2 1\n2 1", new double[] { 0, 1, 1, 0 })]
    [InlineData("array real general", "2 3\n1\n2\n3\n4\n5\n6", new double[] { 1, 3, 5, 2, 4, 6 })]
    [InlineData("array integer general", "2 1\n1\n2", new double[] { 1, 2 })]
    [InlineData("array real symmetric", "3 3\n1\n2\n3\n4\n5\n6", new double[] { 1, 2, 3, 2, 4, 5, 3, 5, 6 })]
    [InlineData("array real skew-symmetric", "3 3\n1\n2\n3", new double[] { 0, -1, -2, 1, 0, -3, 2, 3, 0 })]
    [InlineData("coordinate real general", "0 0 0", new double[0])]
    [InlineData("array real general", "0 4", new double[0])]
    public void ReadsEveryKind(string kind, string contents, double[] rowMajor)
    {
        MatrixMarketFile file = Read($"%%MatrixMarket matrix {kind}\n{contents}\n");
        Assert.Equal(rowMajor, file.ToDense());
        SparseMatrix sparse = file.ToSparse();
        Assert.Equal(rowMajor, Enumerable.Range(0, rowMajor.Length).Select(k => sparse[k / sparse.Columns, k % sparse.Columns]));
    }

    [Theory]
    [InlineData("\uFEFF%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 2\n")]
    [InlineData("%%MatrixMarket matrix coordinate real general\r\n% comment\r\n1 1 1\r\n1 1 2\r\n")]
    [InlineData("%%matrixmarket MATRIX Coordinate REAL General  \n\n  % indented\n\n\t1 1  1\n\n\n 1\t1 2 \n\n")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 2")]
    public void ForgivesMarksBlanksAndLineEnds(string text) => Assert.Equal([2], Read(text).ToDense());

    [Fact]
    public void EveryWayToCutTheStreamGivesTheSame()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(
            "\uFEFF%%MatrixMarket matrix array real general\n% " + new string('-', 200_000) + "\r\n2 1\n1.5\r\n-2\n");
        foreach (int piece in new[] { 1, 2, 3, 7, 65_535, 65_536, bytes.Length })
        {
            using var stream = new PiecewiseStream(bytes, piece);
            Assert.Equal([1.5, -2], MatrixMarketReader.Read(stream, "b.mtx").Dense!);
        }
    }

    [Fact]
    public void APointSourceOnAMillionUnknownsIsARightHandSide()
    {
        MatrixMarketFile file = Read("%%MatrixMarket matrix coordinate real general\n1000000 1 1\n500000 1 1\n");
        double[] b = file.ToDense();
        Assert.Equal(1_000_000, b.Length);
        Assert.Equal(1, b[499_999]);
    }

    [Fact]
    public void MoreElementsThanAnArrayHoldsAreRefused()
    {
        MatrixMarketFile file = Read("%%MatrixMarket matrix coordinate real general\n1000000 1000000 1\n1 1 1\n");
        Assert.StartsWith("1000000 x 1000000 elements are more than", Assert.Throws<InvalidOperationException>(file.ToDense).Message);
    }

    [SharedDataFact("data/matrices/1138_bus.mtx")]
    public void ReadsAPowerNetwork()
    {
        string path = RepositoryFolder.Shared("data/matrices/1138_bus.mtx");
        SparseMatrix matrix = MatrixMarketReader.Read(path).Sparse!;
        Assert.Equal((1138, 1138, (2 * 2596) - 1138), (matrix.Rows, matrix.Columns, matrix.StoredEntries));
        Assert.True(matrix.IsSymmetric());
        AssertEqualsNaive(path, matrix);
    }

    [SharedDataFact("data/matrices/fidap007.mtx")]
    public void ReadsAFlowProblemInBoundedMemory()
    {
        string path = RepositoryFolder.Shared("data/matrices/fidap007.mtx");
        long before = GC.GetAllocatedBytesForCurrentThread();
        SparseMatrix matrix = MatrixMarketReader.Read(path).Sparse!;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * new FileInfo(path).Length);
        Assert.Equal((1633, 1633, 54_487), (matrix.Rows, matrix.Columns, matrix.StoredEntries));
        AssertEqualsNaive(path, matrix);
    }

    private static MatrixMarketFile Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return MatrixMarketReader.Read(stream, "A.mtx");
    }

    private static void AssertEqualsNaive(string path, SparseMatrix matrix)
    {
        NaiveMatrixMarket naive = NaiveMatrixMarket.Read(File.ReadAllBytes(path));
        Assert.Equal(naive.Entries.Count, matrix.StoredEntries);
        Assert.All(naive.Entries, e => Assert.Equal(e.Value, matrix[e.Key.Row, e.Key.Column]));
    }
}
