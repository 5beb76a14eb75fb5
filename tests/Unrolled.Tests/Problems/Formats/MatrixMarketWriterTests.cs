using System.Runtime.InteropServices;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Unrolled.Numerics;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Problems.Formats;

public class MatrixMarketWriterTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(200);

    private static readonly Arbitrary<(int Row, int Column, NormalFloat Value)[]> Entries =
        ArbMap.Default.ArbFor<(int Row, int Column, NormalFloat Value)[]>();

    [Fact]
    public void WritesTheShortestDigitsThatRoundTrip()
    {
        SparseMatrix matrix = SparseMatrix.FromTriplets(2, 2, [0, 0, 1, 1], [0, 1, 0, 1], [1474.779, 0.1 + 0.2, 0.1 + 0.2, -5e-324]);
        Assert.Equal(
            "%%MatrixMarket matrix coordinate real general\n2 2 4\n1 1 1474.779\n"
            + "1 2 0.30000000000000004\n2 1 0.30000000000000004\n2 2 -5E-324\n",
            Written(s => MatrixMarketWriter.Write(s, matrix)));
        Assert.Equal(
            "%%MatrixMarket matrix coordinate real symmetric\n2 2 3\n1 1 1474.779\n2 1 0.30000000000000004\n2 2 -5E-324\n",
            Written(s => MatrixMarketWriter.Write(s, matrix, MatrixMarketSymmetry.Symmetric)));
        Assert.Equal(
            "%%MatrixMarket matrix array real general\n2 2\n1\n3\n2\n4\n",
            Written(s => MatrixMarketWriter.Write(s, 2, 2, [1, 2, 3, 4])));
    }

    [Fact]
    public void SparseMatricesComeBackWithTheSameBits() => Prop.ForAll(Entries, drawn =>
    {
        SparseMatrix matrix = Build(drawn.Select(e => (Math.Abs(e.Row % 9), Math.Abs(e.Column % 7), e.Value.Get)), 9, 7);
        AssertSame(matrix, ReadBack(s => MatrixMarketWriter.Write(s, matrix)).Sparse!);
    }).Check(Thorough);

    [Fact]
    public void SymmetricMatricesComeBackFromTheirTriangle() => Prop.ForAll(Entries, drawn =>
    {
        (int Row, int Column, double Value)[] half = [.. drawn.Select(e => (Math.Abs(e.Row % 9), Math.Abs(e.Column % 9), e.Value.Get))];
        SparseMatrix symmetric = Build(half.SelectMany(e => new[] { e, (e.Column, e.Row, e.Value) }), 9, 9);
        AssertSame(symmetric, ReadBack(s => MatrixMarketWriter.Write(s, symmetric, MatrixMarketSymmetry.Symmetric)).Sparse!);

        SparseMatrix skew = Build(half.Where(e => e.Row != e.Column).SelectMany(e => new[] { e, (e.Column, e.Row, -e.Value) }), 9, 9);
        AssertSame(skew, ReadBack(s => MatrixMarketWriter.Write(s, skew, MatrixMarketSymmetry.SkewSymmetric)).Sparse!);
    }).Check(Thorough);

    [Fact]
    public void DenseArraysComeBackWithTheSameBits() => Prop.ForAll(ArbMap.Default.ArbFor<NormalFloat[]>(), drawn =>
    {
        IEnumerable<double> normal = drawn.Select(v => v.Get);
        double[] values = [.. normal, .. normal.Select(v => Math.ScaleB(v, -1000)), .. normal.Select(v => -0.0 * v)];
        MatrixMarketFile file = ReadBack(s => MatrixMarketWriter.Write(s, drawn.Length, 3, values));
        Assert.Equal((drawn.Length, 3), (file.Header.Rows, file.Header.Columns));
        Assert.Equal(Bits(values), Bits(file.Dense));
    }).Check(Thorough);

    [Fact]
    public void RefusesWhatTheReaderWould()
    {
        SparseMatrix matrix = SparseMatrix.FromTriplets(2, 2, [0], [1], [1]);
        Fails("the matrix is not symmetric", s => MatrixMarketWriter.Write(s, matrix, MatrixMarketSymmetry.Symmetric));
        Fails("the matrix is not skew-symmetric", s => MatrixMarketWriter.Write(s, matrix, MatrixMarketSymmetry.SkewSymmetric));
        Fails("value 0 is NaN, expected a finite number", s => MatrixMarketWriter.Write(s, matrix.WithValues([double.NaN])));
        Fails("value 1 is -Infinity, expected a finite number", s => MatrixMarketWriter.Write(s, 2, 1, [1, double.NegativeInfinity]));
        Fails("3 values, but 2 rows and 2 columns", s => MatrixMarketWriter.Write(s, 2, 2, [1, 2, 3]));
    }

    [Fact]
    public void AFailureLeavesTheFileUntouched()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "x.mtx");
            MatrixMarketWriter.Write(path, 1, 1, [2]);
            Assert.Throws<ArgumentException>(() => MatrixMarketWriter.Write(path, 1, 1, [double.NaN]));
            Assert.Equal([2], MatrixMarketReader.Read(path).Dense!);
            Assert.Single(Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SharedDataFact("data/matrices")]
    public void RealMatricesComeBackWithTheSameBits()
    {
        foreach (string path in Directory.GetFiles(RepositoryFolder.Shared("data/matrices"), "*.mtx"))
        {
            MatrixMarketFile file = MatrixMarketReader.Read(path);
            AssertSame(file.Sparse!, ReadBack(s => MatrixMarketWriter.Write(s, file.Sparse!, file.Header.Symmetry)).Sparse!);
        }
    }

    private static SparseMatrix Build(IEnumerable<(int Row, int Column, double Value)> entries, int rows, int columns)
    {
        (int Row, int Column, double Value)[] distinct = [.. entries.DistinctBy(e => (e.Row, e.Column))];
        return SparseMatrix.FromTriplets(
            rows, columns, [.. distinct.Select(e => e.Row)], [.. distinct.Select(e => e.Column)], [.. distinct.Select(e => e.Value)]);
    }

    private static void AssertSame(SparseMatrix expected, SparseMatrix actual)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        Assert.Equal(expected.RowStart.ToArray(), actual.RowStart.ToArray());
        Assert.Equal(expected.ColumnIndices.ToArray(), actual.ColumnIndices.ToArray());
        Assert.Equal(Bits(expected.Values), Bits(actual.Values));
    }

    private static long[] Bits(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, long>(values).ToArray();

    private static MatrixMarketFile ReadBack(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        stream.Position = 0;
        return MatrixMarketReader.Read(stream, "written.mtx");
    }

    private static string Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Fails(string message, Action<Stream> write)
    {
        using var stream = new MemoryStream();
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => write(stream)).Message);
        Assert.Equal(0, stream.Length);
    }
}
