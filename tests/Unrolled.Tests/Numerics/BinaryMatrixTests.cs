using Unrolled.Numerics;
using Unrolled.RecurrentConvolution;

namespace Unrolled.Tests.Numerics;

public class BinaryMatrixTests
{
    [Theory]
    [InlineData(0, 5)]
    [InlineData(3, 0)]
    [InlineData(1, 1)]
    [InlineData(5, 64)]
    [InlineData(4, 65)]
    [InlineData(7, 513)]
    public void BitsGoInAndOut(int rows, int columns)
    {
        var stream = new RandomStream(2);
        byte[] bits = [.. Enumerable.Range(0, rows * columns).Select(_ => (byte)stream.NextIndex(2))], back = new byte[bits.Length];
        BinaryMatrix matrix = BinaryMatrix.FromBits(rows, columns, bits);
        matrix.ToBits(back);
        Assert.Equal(bits, back);
        Assert.Equal((rows, columns, (columns + 63) / 64), (matrix.Rows, matrix.Columns, matrix.WordsPerRow));
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                Assert.Equal(bits[(i * columns) + j] == 1, matrix[i, j]);
                matrix[i, j] = !matrix[i, j];
            }
        }

        matrix.ToBits(back);
        Assert.Equal(bits.Select(bit => (byte)(1 - bit)), back);
    }

    [Fact]
    public void AViewSharesItsRows()
    {
        BinaryMatrix matrix = BinaryMatrix.Zeros(6, 70), view = matrix.RowRange(2, 3);
        view[1, 69] = true;
        Assert.True(matrix[3, 69]);
        Assert.Equal(32UL, matrix.Row(3)[1]);
        Assert.Equal(0, matrix.RowRange(6, 0).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.RowRange(4, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.RowRange(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => view[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => view[0, 70]);
    }

    [Fact]
    public void AViewAndGarbageBehindTheLastColumnGiveTheSame()
    {
        var stream = new RandomStream(4);
        BinaryMatrix matrix = BinaryMatrix.Zeros(90, 71), alone = BinaryMatrix.Zeros(50, 71);
        for (int i = 0; i < 50; i++)
        {
            for (int j = 0; j < 71; j++)
            {
                alone[i, j] = matrix[30 + i, j] = stream.NextIndex(2) == 1;
            }

            matrix.Row(30 + i)[1] |= ulong.MaxValue << 7;
        }

        using var engine = new RowEngine();
        ParityElimination one = engine.Learn(alone), other = engine.Learn(matrix.RowRange(30, 50));
        Assert.Equal((one.Rank, one.Contradictions), (other.Rank, other.Contradictions));
        Assert.Equal(one.Hypothesis, other.Hypothesis);
    }

    [Fact]
    public void WrongBitsAreNamed()
    {
        Assert.Contains("5 bits for 2 rows of 3 columns, expected 6",
            Assert.Throws<ArgumentException>(() => BinaryMatrix.FromBits(2, 3, [0, 1, 0, 1, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("row 1, column 2 is 2, expected 0 or 1",
            Assert.Throws<ArgumentException>(() => BinaryMatrix.FromBits(2, 3, [0, 1, 0, 1, 0, 2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BinaryMatrix.Zeros(2, 3).ToBits(new byte[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryMatrix.Zeros(-1, 3));
    }
}
