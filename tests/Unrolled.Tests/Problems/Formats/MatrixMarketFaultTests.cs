using System.Text;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>Every fault, with the whole message.</summary>
public class MatrixMarketFaultTests
{
    private const string General = "%%MatrixMarket matrix coordinate real general\n";
    private const string Symmetric = "%%MatrixMarket matrix coordinate real symmetric\n";
    private const string Skew = "%%MatrixMarket matrix coordinate real skew-symmetric\n";
    private const string Whole = "%%MatrixMarket matrix coordinate integer general\n";
    private const string Dense = "%%MatrixMarket matrix array real general\n";

    [Theory]
    [InlineData("", "1:1: the file is empty, expected %%MatrixMarket")]
    [InlineData("\n", "1:1: the file is empty, expected %%MatrixMarket")]
    [InlineData("\n3 3 1\n", "1:1: expected %%MatrixMarket, found an empty line")]
    [InlineData("3 3 1\n", "1:1: expected %%MatrixMarket, found '3'")]
    [InlineData("\u007FELF\u0002\u0001\u0001", "1:1: expected %%MatrixMarket, found '\uFFFDELF\uFFFD\uFFFD\uFFFD'")]
    [InlineData("%%MatrixMarket vector", "1:16: the object 'vector' is not supported, expected matrix")]
    [InlineData("%%MatrixMarket matrix sparse", "1:23: the format 'sparse' is not supported, expected coordinate or array")]
    [InlineData("%%MatrixMarket matrix\n", "1:22: the format is missing, expected coordinate or array")]
    [InlineData(
        "%%MatrixMarket matrix array complex general",
        "1:29: the field 'complex' is not supported, expected real or integer or pattern")]
    [InlineData(
        "%%MatrixMarket matrix array real hermitian",
        "1:34: the symmetry 'hermitian' is not supported, expected general or symmetric or skew-symmetric")]
    [InlineData("%%MatrixMarket matrix array real\n", "1:33: the symmetry is missing, expected general or symmetric or skew-symmetric")]
    [InlineData("%%MatrixMarket matrix array pattern general", "1:29: an array file lists values, so its field cannot be pattern")]
    [InlineData(
        "%%MatrixMarket matrix coordinate pattern skew-symmetric",
        "1:42: a pattern has no signs, so its symmetry cannot be skew-symmetric")]
    [InlineData("%%MatrixMarket matrix array real general 3", "1:42: unexpected '3' after the banner")]
    public void Banner(string text, string fault) => Fails(text, fault);

    [Theory]
    [InlineData("% only comments\n", "3:1: the file ends before the size line, expected rows columns entries")]
    [InlineData("3 x 1", "2:3: the number of columns 'x' is not a whole number")]
    [InlineData("3 3 1.0", "2:5: the number of entries '1.0' is not a whole number")]
    [InlineData("3 3", "2:4: the number of entries is missing")]
    [InlineData("-3 3 1", "2:1: the number of rows -3 is outside 0..2147483647")]
    [InlineData("3 99999999999999999999999 1", "2:3: the number of columns 99999999999999999999999 is outside 0..2147483647")]
    [InlineData("3 3 10", "2:5: 10 entries do not fit: a general file of 3 x 3 lists at most 9")]
    [InlineData("3 3 1 7", "2:7: unexpected '7' after the size line")]
    [InlineData("2000000000 3 1", "2:1: 2000000000 rows are too many for 1 entries, expected at most 1048592")]
    [InlineData("3 2000000000 1", "2:3: 2000000000 columns are too many for 1 entries, expected at most 1048592")]
    public void SizeLine(string rest, string fault) => Fails(General + rest, fault);

    [Theory]
    [InlineData("", "2:1: the file ends before the size line, expected rows columns")]
    [InlineData("3\n", "2:2: the number of columns is missing")]
    [InlineData("3 3 9\n", "2:5: unexpected '9' after the size line")]
    [InlineData("2000000000 3", "2:1: 2000000000 x 3 elements are more than the 1073741795 supported")]
    [InlineData("2000000000 0", "2:1: 2000000000 rows are too many for 0 entries, expected at most 1048576")]
    [InlineData("1 2\n1\n", "4:1: the file ends after 1 of 2 values")]
    [InlineData("1 2\n1\n2\n\n3\n", "6:1: the file goes on after the 2 values that its size promises")]
    [InlineData("1 2\n1 2\n", "3:3: unexpected '2' after the value")]
    [InlineData("1 2\n1\nnan\n", "4:1: the value 'nan' is not a finite number")]
    public void ArrayFile(string rest, string fault) => Fails(Dense + rest, fault);

    [Theory]
    [InlineData("1138 1138 1\n1 1 5\n", "1200 1 5", "row index 1200 is outside 1..1138")]
    [InlineData("3 3 1\n", "0 1 5", "row index 0 is outside 1..3")]
    [InlineData("3 3 1\n", "-99999999999999999999 1 5", "row index -99999999999999999999 is outside 1..3")]
    public void RowIndex(string size, string entry, string fault) => Fails(General + size.Split('\n')[0] + "\n  " + entry, "3:3: " + fault);

    [Theory]
    [InlineData("1 4 5", "3:3: column index 4 is outside 1..3")]
    [InlineData("1.5 2 5", "3:1: the row index '1.5' is not a whole number")]
    [InlineData("1", "3:2: the column index is missing")]
    [InlineData("1 2", "3:4: the value is missing")]
    [InlineData("1 2 \r\n", "3:6: the value is missing")]
    [InlineData("1 2 abc", "3:5: the value 'abc' is not a finite number")]
    [InlineData("1 2 1.5\0", "3:5: the value '1.5\uFFFD' is not a finite number")]
    [InlineData("1 2 Infinity", "3:5: the value 'Infinity' is not a finite number")]
    [InlineData("1 2 -1e999", "3:5: the value '-1e999' is not a finite number")]
    [InlineData("1 2 3 4", "3:7: unexpected '4' after the entry")]
    [InlineData("% late\n1 2 3", "3:1: comments are allowed only before the size line")]
    [InlineData("1 2 3\n", "4:1: the file ends after 1 of 2 entries")]
    [InlineData("1 2 3", "3:6: the file ends after 1 of 2 entries")]
    [InlineData("1 2 3\n3 3 3\n\n 1 1 1\n", "6:2: the file goes on after the 2 entries that its size promises")]
    [InlineData("1 2 3\n\n1 2 4\n", "5:1: entry (1, 2) was already given in line 3")]
    public void Entries(string rest, string fault) => Fails(General + "3 3 2\n" + rest, fault);

    [Theory]
    [InlineData(Whole, "1 2 3.5", "3:5: the value '3.5' is not a whole number")]
    [InlineData(Whole, "1 2 9007199254740993", "3:5: the value 9007199254740993 is beyond 2^53 and would be rounded")]
    [InlineData(Symmetric, "1 2 5", "3:3: entry (1, 2) is above the diagonal of a symmetric matrix and may not be listed")]
    [InlineData(Skew, "2 3 0", "3:3: entry (2, 3) is above the diagonal of a skew-symmetric matrix and may not be listed")]
    [InlineData(Skew, "2 2 0", "3:3: entry (2, 2) is on the diagonal of a skew-symmetric matrix and may not be listed")]
    public void FieldAndSymmetry(string banner, string entry, string fault) => Fails(banner + "3 3 1\n" + entry, fault);

    [Theory]
    [InlineData("2 3 1\n", "2:3: a symmetric or skew-symmetric matrix is square, not 2 x 3")]
    [InlineData("2 2 4\n", "2:5: 4 entries do not fit: a symmetric file of 2 x 2 lists at most 3")]
    public void SymmetricSizes(string size, string fault) => Fails(Symmetric + size, fault);

    [Fact]
    public void ARepetitionComesBeforeLaterFaults()
    {
        Fails(General + "3 3 3\n1 1 1\n1 1 2\n9 9 9\n", "4:1: entry (1, 1) was already given in line 3");
        Fails(General + "3 3 2\n1 1 1\n1 1 2\n2 2 2\n", "4:1: entry (1, 1) was already given in line 3");
        Fails(General + "3 3 4\n3 3 1\n2 1 2\n2 1 2\n1 1 1\n", "5:1: entry (2, 1) was already given in line 4");
    }

    [Fact]
    public void LongWordsAreCutOrRefused()
    {
        Fails(General + "3 3 1\n1 1 " + new string('x', 100), $"3:5: the value '{new string('x', 40)}...' is not a finite number");
        Fails(General + "3 3 1\n1 1 " + new string('7', 100_000), "3:5: a word of more than 4096 bytes: this is not a file of numbers");
    }

    [Theory]
    [InlineData(General + "67000000 67000000 1000000000\n1 1 1\n")]
    [InlineData(Symmetric + "1000000 1000000 1000000000\n1 1 1\n1 1 1\n")]
    [InlineData(Dense + "30000 30000\n1\n2\n")]
    public void TheSizeLineAloneAllocatesNothing(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidInputException>(() => MatrixMarketReader.Read(stream, "A.mtx"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void FilesThatCannotBeOpenedAreNamed()
    {
        string folder = Path.GetTempPath();
        string absent = Path.Combine(folder, Guid.NewGuid().ToString("N"), "A.mtx");
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => MatrixMarketReader.Read(absent));
        Assert.Equal($"{absent}: there is no such file", e.Message);
        Assert.Equal((absent, 0, 0), (e.Source, e.Line, e.Column));
        e = Assert.Throws<InvalidInputException>(() => MatrixMarketReader.Read(folder));
        Assert.Equal($"{folder}: is a folder, expected a file", e.Message);
    }

    private static void Fails(string text, string fault)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => MatrixMarketReader.Read(stream, "A.mtx"));
        Assert.Equal("A.mtx:" + fault, e.Message);
        Assert.Equal("A.mtx", e.Source);
        Assert.StartsWith($"{e.Line}:{e.Column}:", fault);
    }
}
