using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Operators;

public class BatchedSparseOperatorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(19)]
    public void Every_instance_has_the_bits_of_its_own_matrix(int instances)
    {
        var stream = new RandomStream(1);
        SparseMatrix[] matrices = [.. Enumerable.Range(0, instances).Select(_ => OperatorLaws.Sparse(12, stream))];
        BatchedSparseOperator a = BatchedSparseOperator.Of(matrices);
        Batch x = Assembled.Random(12, instances, stream), y = Batch.Zeros(12, instances), z = Batch.Zeros(12, instances);
        a.Apply(x, y);
        a.ApplyAdjoint(x, z);
        for (int s = 0; s < instances; s++)
        {
            double[] expected = new double[12], transposed = new double[12];
            matrices[s].Multiply(Assembled.Instance(x, s), expected);
            matrices[s].Transpose().Multiply(Assembled.Instance(x, s), transposed);
            Assert.Equal(expected, Assembled.Instance(y, s));
            Assert.Equal(transposed, Assembled.Instance(z, s));
        }
    }

    [Fact]
    public void One_matrix_serves_any_number_of_instances()
    {
        SparseMatrix matrix = OperatorLaws.Sparse(12, new RandomStream(2));
        BatchedSparseOperator a = BatchedSparseOperator.Of([matrix]);
        Batch x = Assembled.Random(12, 10, new RandomStream(3)), y = Batch.Zeros(12, 10), expected = Batch.Zeros(12, 10);
        a.Select([0, 0, 0]).Apply(x, y);
        new SparseOperator(matrix).Apply(x, expected);
        Assert.Equal(expected.Values.ToArray(), y.Values.ToArray());
    }

    [Fact]
    public void Sizes_must_agree()
    {
        var stream = new RandomStream(1);
        var error = Assert.Throws<ArgumentException>(() => BatchedSparseOperator.Of([OperatorLaws.Sparse(6, stream), OperatorLaws.Sparse(7, stream)]));
        Assert.StartsWith("matrix 1 is 7 x 7, matrix 0 is 6 x 6", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BatchedSparseOperator.Of([]));
    }
}
