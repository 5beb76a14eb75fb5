using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Operators;

/// <summary>What holds for every operator: the adjoint, independence of instances to the bit, selection.</summary>
public class OperatorLaws
{
    private const int Instances = 11;

    private static readonly string[] KnownEntries =
    [
        "dense", "dense each", "dense symmetric each", "sparse", "sparse each", "stencil", "stencil 3-D", "convection", "convection 3-D",
        "shared stencil",
    ];

    public static TheoryData<string> Names => [.. KnownEntries, "sparse inverse"];

    /// <summary>The operators that know their entries.</summary>
    public static TheoryData<string> NamesWithDiagonal => [.. KnownEntries];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_adjoint_satisfies_its_definition(string name)
    {
        ILinearOperator a = Create(name);
        Batch x = Assembled.Random(a.Columns, Instances, new RandomStream(1)), y = Assembled.Random(a.Rows, Instances, new RandomStream(2));
        Batch ax = Batch.Zeros(a.Rows, Instances), aty = Batch.Zeros(a.Columns, Instances);
        a.Apply(x, ax);
        a.ApplyAdjoint(y, aty);
        double[] left = new double[Instances], right = new double[Instances];
        BatchKernels.Dot(ax, y, left);
        BatchKernels.Dot(x, aty, right);
        for (int s = 0; s < Instances; s++)
        {
            Assert.Equal(left[s], right[s], 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_batch_has_the_bits_of_its_instances(string name)
    {
        ILinearOperator a = Create(name);
        Batch x = Assembled.Random(a.Columns, Instances, new RandomStream(3)), b = Assembled.Random(a.Rows, Instances, new RandomStream(4));
        Action<ILinearOperator, Batch, Batch, Batch>[] operations =
        [
            (op, v, _, y) => op.Apply(v, y), (op, v, _, y) => op.ApplyAdjoint(v, y), (op, v, c, y) => op.Residual(v, c, y),
            (op, v, c, y) => op.Relax(0.3, v, c, y),
        ];
        foreach (Action<ILinearOperator, Batch, Batch, Batch> operation in operations)
        {
            Batch all = Batch.Zeros(a.Rows, Instances);
            operation(a, x, b, all);
            int[][] selections = [[4], [10, 0, 3], [.. Enumerable.Range(1, 9)]];
            foreach (int[] chosen in selections)
            {
                Batch part = Batch.Zeros(a.Rows, chosen.Length);
                operation(a.Select(chosen), x.Select(chosen), b.Select(chosen), part);
                Assert.Equal(all.Select(chosen).Values.ToArray(), part.Values.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Numbers_that_are_not_finite_stay_in_their_instance(string name)
    {
        ILinearOperator a = Create(name);
        Batch x = Assembled.Random(a.Columns, Instances, new RandomStream(5)), clean = Batch.Zeros(a.Rows, Instances), y = Batch.Zeros(a.Rows, Instances);
        a.Apply(x, clean);
        for (int i = 0; i < a.Columns; i++)
        {
            x[i, 2] = double.NaN;
            x[i, 9] = double.PositiveInfinity;
        }

        a.Apply(x, y);
        for (int s = 0; s < Instances; s++)
        {
            double[] now = Assembled.Instance(y, s);
            if (s is 2 or 9)
            {
                Assert.Contains(now, v => !double.IsFinite(v));
            }
            else
            {
                Assert.Equal(Assembled.Instance(clean, s), now);
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesWithDiagonal))]
    public void The_diagonal_is_that_of_the_matrix(string name)
    {
        ILinearOperator a = Create(name);
        Batch diagonal = a.Diagonal();
        for (int s = 0; s < a.Instances; s++)
        {
            Matrix matrix = Assembled.Of(a, s);
            for (int i = 0; i < a.Rows; i++)
            {
                Assert.Equal(matrix[i, i], diagonal[i, s]);
            }
        }
    }

    internal static ILinearOperator Create(string name)
    {
        var stream = new RandomStream(77);
        switch (name)
        {
            case "dense":
                return new DenseOperator(6, 6, Assembled.Random(36, 1, stream));
            case "dense each":
                return new DenseOperator(6, 6, Assembled.Random(36, Instances, stream));
            case "dense symmetric each":
                return RandomSymmetricFamily.FiveByFive().Draw(Instances, stream).Operator;
            case "sparse":
                return new SparseOperator(Sparse(9, stream));
            case "sparse each":
                return BatchedSparseOperator.Of([.. Enumerable.Range(0, Instances).Select(_ => Sparse(9, stream))]);
            case "sparse inverse":
                return new SparseLuOperator(SparseLu.Factor(Unrolled.Tests.Numerics.SparseGallery.Random(9, 0.3, 7, 3)));
            case "stencil":
                return new DiffusionFamily(5).Draw(Instances, stream).Operator;
            case "stencil 3-D":
                return new DiffusionFamily(3, 3).Draw(Instances, stream).Operator;
            case "convection":
                return new ConvectionDiffusionFamily(5).Draw(Instances, stream).Operator;
            case "convection 3-D":
                return new ConvectionDiffusionFamily(3, 3).Draw(Instances, stream).Operator;
            default:
                return new DiffusionFamily(5).Draw(1, stream).Operator;
        }
    }

    internal static SparseMatrix Sparse(int n, RandomStream stream)
    {
        List<int> rows = [], columns = [];
        List<double> values = [];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (i != 4 && stream.NextUniform() < 0.3)
                {
                    rows.Add(i);
                    columns.Add(j);
                    values.Add(stream.NextUniform(-1, 1));
                }
            }
        }

        return SparseMatrix.FromTriplets(n, n, [.. rows], [.. columns], [.. values]);
    }
}
