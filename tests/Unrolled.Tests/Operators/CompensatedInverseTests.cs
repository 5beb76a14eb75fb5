using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Tests.Numerics;

namespace Unrolled.Tests.Operators;

/// <summary>Corrections of few rows and columns against the factors of the changed matrices.</summary>
public class CompensatedInverseTests
{
    private const int Order = 60, Instances = 21;

    private static SparseMatrix Matrix() => SparseGallery.Random(Order, 0.05, 6, 2);

    [Fact]
    public void It_is_the_inverse_of_the_changed_matrix()
    {
        SparseMatrix a = Matrix();
        List<(IReadOnlyList<int> Indices, IReadOnlyList<double> Block)> changes = Changes(new RandomStream(4));
        var inverse = new CompensatedInverse(SparseLu.Factor(a), changes);
        Batch b = Assembled.Random(Order, Instances, new RandomStream(5)), y = Batch.Zeros(Order, Instances);
        inverse.Apply(b, y);
        for (int s = 0; s < Instances; s++)
        {
            double[] expected = new double[Order], right = [.. b.Select([s]).Values];
            LuFactorization.Factor(Changed(a, changes[s])).Solve(right, expected);
            Assert.True(MatrixGallery.Difference(y.Select([s]).Values, expected) < 1e-11, $"instance {s}");
        }
    }

    [Fact]
    public void An_instance_has_the_same_bits_alone_and_in_any_selection()
    {
        SparseLu factors = SparseLu.Factor(Matrix());
        ILinearOperator all = new CompensatedInverse(factors, Changes(new RandomStream(6)));
        Batch b = Assembled.Random(Order, Instances, new RandomStream(7)), y = Batch.Zeros(Order, Instances);
        all.Apply(b, y);
        foreach (int[] chosen in new int[][] { [3], [20, 0, 7], [.. Enumerable.Range(2, 13)] })
        {
            Batch part = Batch.Zeros(Order, chosen.Length);
            all.Select(chosen).Apply(b.Select(chosen), part);
            Assert.Equal(y.Select(chosen).Values.ToArray(), part.Values.ToArray());
        }
    }

    [Fact]
    public void One_change_serves_any_number_of_instances()
    {
        ILinearOperator all = new CompensatedInverse(SparseLu.Factor(Matrix()), Changes(new RandomStream(8)));
        Batch b = Assembled.Random(Order, 5, new RandomStream(9)), one = Batch.Zeros(Order, 5), repeated = Batch.Zeros(Order, 5);
        all.Select([4]).Apply(b, one);
        all.Select([4, 4, 4, 4, 4]).Apply(b, repeated);
        Assert.Equal(repeated.Values.ToArray(), one.Values.ToArray());
    }

    [Fact]
    public void Without_changes_it_is_the_inverse_of_the_matrix()
    {
        SparseLu factors = SparseLu.Factor(Matrix());
        Batch b = Assembled.Random(Order, 3, new RandomStream(1)), y = Batch.Zeros(Order, 3), expected = Batch.Zeros(Order, 3);
        new CompensatedInverse(factors, [([], []), ([], []), ([], [])]).Apply(b, y);
        factors.Solve(b, expected);
        Assert.Equal(expected.Values.ToArray(), y.Values.ToArray());
    }

    [Fact]
    public void A_singular_change_spoils_its_own_instance_only()
    {
        // The unit matrix without its first entry.
        SparseMatrix unit = SparseMatrix.FromTriplets(3, 3, [0, 1, 2], [0, 1, 2], [1, 1, 1]);
        var inverse = new CompensatedInverse(SparseLu.Factor(unit), [([0], [-1.0]), ([0], [1.0])]);
        Batch b = Batch.Zeros(3, 2), y = Batch.Zeros(3, 2);
        b.Values.Fill(1);
        inverse.Apply(b, y);
        Assert.False(double.IsFinite(y[0, 0]));
        Assert.Equal([0.5, 1, 1], y.Select([1]).Values.ToArray());
    }

    [Fact]
    public void Blocks_of_the_wrong_size_and_coordinates_outside_are_refused()
    {
        SparseLu factors = SparseLu.Factor(Matrix());
        Assert.Contains("change 1 has 3 numbers for 2 coordinates", Assert.Throws<ArgumentException>(
            () => new CompensatedInverse(factors, [([], []), ([1, 2], [1, 2, 3])])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CompensatedInverse(factors, [([Order], [1.0])]));
    }

    private static List<(IReadOnlyList<int> Indices, IReadOnlyList<double> Block)> Changes(RandomStream stream)
    {
        List<(IReadOnlyList<int>, IReadOnlyList<double>)> changes = [];
        for (int s = 0; s < Instances; s++)
        {
            int rank = s % 5;
            int[] indices = [.. Enumerable.Range(0, rank).Select(r => (((7 * s) + (11 * r)) % 12) + (12 * r))];
            changes.Add((indices, [.. Enumerable.Range(0, rank * rank).Select(_ => 0.3 * stream.NextNormal())]));
        }

        return changes;
    }

    private static Matrix Changed(SparseMatrix a, (IReadOnlyList<int> Indices, IReadOnlyList<double> Block) change)
    {
        var dense = new Matrix(a.Rows, a.Columns);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
            {
                dense[i, a.ColumnIndices[k]] += a.Values[k];
            }
        }

        for (int r = 0; r < change.Indices.Count; r++)
        {
            for (int c = 0; c < change.Indices.Count; c++)
            {
                dense[change.Indices[r], change.Indices[c]] += change.Block[(r * change.Indices.Count) + c];
            }
        }

        return dense;
    }
}
