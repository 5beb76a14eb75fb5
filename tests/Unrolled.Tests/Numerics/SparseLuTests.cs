using Unrolled.Numerics;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Numerics;

public class SparseLuTests
{
    private static readonly double Rounding = 40 * MatrixGallery.Epsilon;

    [Theory]
    [MemberData(nameof(SparseGallery.Names), MemberType = typeof(SparseGallery))]
    public void Solutions_are_backward_stable(string name)
    {
        SparseMatrix a = SparseGallery.Get(name);
        SparseLu lu = SparseLu.Factor(a);
        Assert.False(lu.IsSingular);
        double[] b = MatrixGallery.Vector(a.Rows, 3), x = new double[a.Rows];
        lu.Solve(b, x);
        double stable = Rounding * Math.Max(1, lu.PivotGrowth);
        Assert.True(SparseGallery.BackwardError(a, x, b) < stable);
        lu.SolveTransposed(b, x);
        Assert.True(SparseGallery.BackwardError(a.Transpose(), x, b) < stable);
        double[] inPlace = [.. b];
        lu.SolveTransposed(inPlace, inPlace);
        Assert.Equal(x, inPlace);
    }

    [Theory]
    [InlineData("power flow")]
    [InlineData("dense")]
    [InlineData("random 0.1")]
    [InlineData("random, small diagonal")]
    [InlineData("permuted triangular")]
    [InlineData("saddle point")]
    public void Agrees_with_the_dense_factorization(string name)
    {
        SparseMatrix a = SparseGallery.Get(name);
        double[] b = MatrixGallery.Vector(a.Rows, 4), x = new double[a.Rows], expected = new double[a.Rows];
        LuFactorization dense = LuFactorization.Factor(SparseGallery.Dense(a));
        dense.Solve(b, expected);
        SparseLu lu = SparseLu.Factor(a);
        lu.Solve(b, x);
        Assert.True(MatrixGallery.Difference(x, expected) < 1e-10);
        dense.SolveTransposed(b, expected);
        lu.SolveTransposed(b, x);
        Assert.True(MatrixGallery.Difference(x, expected) < 1e-10);
    }

    [Theory]
    [MemberData(nameof(SparseGallery.Names), MemberType = typeof(SparseGallery))]
    public void Refactoring_the_same_values_gives_the_same_bits(string name)
    {
        SparseMatrix a = SparseGallery.Get(name);
        SparseLu lu = SparseLu.Factor(a);
        double[] b = MatrixGallery.Vector(a.Rows, 3), first = new double[a.Rows], second = new double[a.Rows];
        (double growth, double smallest) = (lu.PivotGrowth, lu.SmallestPivot);
        lu.Solve(b, first);
        lu.Refactor([.. a.Values.ToArray().Select(v => 3 * v)]);
        lu.Refactor(a.Values);
        lu.Solve(b, second);
        Assert.Equal(first, second);
        Assert.Equal((growth, smallest), (lu.PivotGrowth, lu.SmallestPivot));
    }

    [Fact]
    public void Refactoring_other_values_solves_their_system()
    {
        (SparsityPattern pattern, Batch entries) = MeshedNetwork.Jacobian(118, 179, 54, 5, 2);
        double[] values = [.. entries.Select([0]).Values], b = MatrixGallery.Vector(pattern.RowCount, 1), x = new double[b.Length];
        SparseLu lu = SparseLu.Factor(pattern, values);
        Assert.Equal(181, lu.Order);
        Assert.InRange(lu.FactorEntries, pattern.Count, 2 * pattern.Count);
        for (int s = 1; s < 5; s++)
        {
            values = [.. entries.Select([s]).Values];
            lu.Refactor(values);
            lu.Solve(b, x);
            Assert.InRange(lu.PivotGrowth, 0, 1e3);
            Assert.True(SparseGallery.BackwardError(SparseGallery.Of(pattern, values), x, b) < Rounding);
        }
    }

    [Fact]
    public void Pivots_that_became_bad_show_in_the_growth()
    {
        SparseMatrix a = SparseGallery.From(2, (i, j) => i == j ? 1 : 0.5);
        SparseLu lu = SparseLu.Factor(a);
        Assert.InRange(lu.PivotGrowth, 0.5, 2);
        double[] x = new double[2];
        foreach (double small in new[] { 1e-4, 1e-8, 1e-12 })
        {
            double[] values = [small, 1, 1, 1];
            lu.Refactor(values);
            Assert.InRange(lu.PivotGrowth * small, 0.5, 2);
            lu.Solve([1, 2], x);
            double error = SparseGallery.BackwardError(a.WithValues(values), x, [1, 2]);
            Assert.True(error < Rounding * lu.PivotGrowth);
            Assert.Equal(1, SparseLu.Factor(a.WithValues(values)).PivotGrowth, 1e-3);
        }
    }

    [Fact]
    public void The_tolerance_decides_between_the_diagonal_and_the_largest()
    {
        SparseMatrix a = SparseGallery.From(2, (i, j) => i == 0 && j == 0 ? 0.01 : i == j ? 0.02 : 1);
        Assert.InRange(SparseLu.Factor(a).PivotGrowth, 40, 110);
        Assert.InRange(SparseLu.Factor(a, 1).PivotGrowth, 0.9, 1.1);
        Assert.InRange(SparseLu.Factor(a, 0.1).PivotGrowth, 0.9, 1.1);
        Assert.True(SparseLu.Factor(SparseGallery.Get("random, small diagonal"), 0).PivotGrowth > 1e6);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Random_matrices_of_all_sizes(double density)
    {
        for (ulong seed = 0; seed < 25; seed++)
        {
            int n = 1 + new RandomStream(seed).NextIndex(60);
            SparseMatrix a = SparseGallery.Random(n, density, seed, seed % 3 == 0 ? 1e-3 : 1);
            double[] b = MatrixGallery.Vector(n, (int)seed), x = new double[n];
            SparseLu lu = SparseLu.Factor(a);
            lu.Solve(b, x);
            Assert.True(SparseGallery.BackwardError(a, x, b) < Rounding * Math.Max(1, lu.PivotGrowth));
            lu.SolveTransposed(b, x);
            Assert.True(SparseGallery.BackwardError(a.Transpose(), x, b) < Rounding * Math.Max(1, lu.PivotGrowth));
        }
    }

    [Fact]
    public void Singular_matrices_are_a_value_until_they_are_solved()
    {
        SparseMatrix[] singular =
        [
            SparseGallery.From(1, (_, _) => 0), // no entry at all
            SparseMatrix.FromTriplets(1, 1, [0], [0], [0]),
            SparseGallery.From(3, (i, j) => i == 1 ? 0 : 1 + i + (j * j)), // an empty row
            SparseGallery.From(3, (i, j) => j == 1 ? 0 : 1 + i + (j * j)), // an empty column
            SparseGallery.From(4, (i, j) => i < 2 && j < 2 ? 1 : i == j ? 2 : 0), // two equal rows
            SparseGallery.From(6, (i, j) => i < 4 && j < 2 ? i + j + 1 : i >= 4 ? 1 + (i * j) : 0), // four rows in two columns
        ];
        foreach (SparseMatrix a in singular)
        {
            SparseLu lu = SparseLu.Factor(a);
            Assert.True(lu.IsSingular);
            Assert.Equal(0, lu.SmallestPivot);
            Assert.Contains("singular", Assert.Throws<InvalidOperationException>(() => lu.Solve(new double[a.Rows], new double[a.Rows])).Message);
            Assert.Throws<InvalidOperationException>(() => lu.SolveTransposed(Batch.Zeros(a.Rows, 3), Batch.Zeros(a.Rows, 3)));
        }

        SparseLu equalRows = SparseLu.Factor(singular[4]);
        equalRows.Refactor([1, 1, 1, 3, 2, 2]);
        Assert.False(equalRows.IsSingular);
        double[] x = new double[4];
        equalRows.Solve([2, 4, 2, 2], x);
        Assert.Equal([1, 1, 1, 1], x);
    }

    [Fact]
    public void Entries_that_are_not_finite_make_it_singular()
    {
        SparseMatrix a = SparseGallery.Random(12, 0.2, 4);
        for (int k = 0; k < a.StoredEntries; k++)
        {
            foreach (double bad in new[] { double.NaN, double.NegativeInfinity })
            {
                double[] values = [.. a.Values];
                values[k] = bad;
                SparseLu lu = SparseLu.Factor(a);
                lu.Refactor(values);
                Assert.True(lu.IsSingular);
                Assert.True(SparseLu.Factor(a.WithValues(values)).IsSingular);
                lu.Refactor(a.Values);
                Assert.False(lu.IsSingular);
            }
        }
    }

    [Fact]
    public void Order_zero_is_a_matrix()
    {
        SparseLu lu = SparseLu.Factor(SparseMatrix.FromTriplets(0, 0, [], [], []));
        Assert.False(lu.IsSingular);
        lu.Solve([], []);
        lu.Refactor([]);
    }

    [Theory]
    [InlineData("power flow", 1)]
    [InlineData("power flow", 13)]
    [InlineData("random 0.1", 8)]
    [InlineData("saddle point", 21)]
    public void A_batch_of_right_hand_sides_has_the_bits_of_single_solves(string name, int instances)
    {
        SparseMatrix a = SparseGallery.Get(name);
        SparseLu lu = SparseLu.Factor(a);
        Batch b = Operators.Assembled.Random(a.Rows, instances, new RandomStream(4)), x = Batch.Zeros(a.Rows, instances), y = Batch.Zeros(a.Rows, instances);
        lu.Solve(b, x);
        lu.SolveTransposed(b, y);
        double[] one = new double[a.Rows];
        for (int s = 0; s < instances; s++)
        {
            lu.Solve(Operators.Assembled.Instance(b, s), one);
            Assert.Equal(one, Operators.Assembled.Instance(x, s));
            lu.SolveTransposed(Operators.Assembled.Instance(b, s), one);
            Assert.Equal(one, Operators.Assembled.Instance(y, s));
        }

        lu.Solve(b, b);
        Assert.Equal(x.Values.ToArray(), b.Values.ToArray());
    }

    [Theory]
    [InlineData("power flow")]
    [InlineData("Laplacian 100x100")]
    public void Refactoring_and_solving_allocate_nothing(string name)
    {
        SparseMatrix a = SparseGallery.Get(name);
        SparseLu lu = SparseLu.Factor(a);
        double[] x = new double[a.Rows];
        Batch b = Batch.Zeros(a.Rows, 9);
        Use();
        Assert.Equal(0, Allocation.Of(Use));

        void Use()
        {
            lu.Refactor(a.Values);
            lu.Solve(x, x);
            lu.SolveTransposed(x, x);
            lu.Solve(b, b);
        }
    }

    [SharedDataFact("data/matrices/1138_bus.mtx")]
    public void The_1138_bus_matrix() => Real("1138_bus");

    [SharedDataFact("data/matrices/fidap007.mtx")]
    public void The_fidap007_matrix() => Real("fidap007");

    [Fact]
    public void Guards_name_both_numbers()
    {
        SparseLu lu = SparseLu.Factor(SparseGallery.Get("1x1"));
        Assert.Contains("b has 2 rows, A has 1", Assert.Throws<ArgumentException>(() => lu.Solve(new double[2], new double[1])).Message);
        Assert.Contains("destination has 0 rows, A has 1", Assert.Throws<ArgumentException>(() => lu.SolveTransposed(new double[1], [])).Message);
        Assert.Contains("the number of values is 2, the number of entries of A is 1", Assert.Throws<ArgumentException>(() => lu.Refactor([1, 2])).Message);
        Assert.Contains("the number of components is 2, the order of A is 1",
            Assert.Throws<ArgumentException>(() => lu.Solve(Batch.Zeros(2, 3), Batch.Zeros(2, 3))).Message);
        Assert.Contains("the number of columns is 3, the number of rows is 2",
            Assert.Throws<ArgumentException>(() => SparseLu.Factor(SparseMatrix.FromTriplets(2, 3, [], [], []))).Message);
        Assert.Contains("the pivot tolerance is 1.5", Assert.Throws<ArgumentOutOfRangeException>(() => SparseLu.Factor(SparseGallery.Get("1x1"), 1.5)).Message);
        Assert.Contains("the number of values is 0",
            Assert.Throws<ArgumentException>(() => SparseLu.Factor(new SparsityPattern(1, 1, [0, 1], [0]), [])).Message);
        Assert.Throws<ArgumentNullException>(() => SparseLu.Factor(null!));
    }

    private static void Real(string name)
    {
        SparseMatrix a = MatrixMarketReader.Read(RepositoryFolder.Shared($"data/matrices/{name}.mtx")).ToSparse();
        SparseLu lu = SparseLu.Factor(a);
        double[] b = MatrixGallery.Vector(a.Rows, 1), x = new double[a.Rows];
        lu.Solve(b, x);
        Assert.True(SparseGallery.BackwardError(a, x, b) < Rounding, $"{SparseGallery.BackwardError(a, x, b)}");
        lu.SolveTransposed(b, x);
        Assert.True(SparseGallery.BackwardError(a.Transpose(), x, b) < Rounding, $"{SparseGallery.BackwardError(a.Transpose(), x, b)}");
        Assert.InRange(lu.FactorEntries, a.StoredEntries, 12 * a.StoredEntries);
    }
}
