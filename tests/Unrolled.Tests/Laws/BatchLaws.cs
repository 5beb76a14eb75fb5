using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Laws;

/// <summary>An instance cannot tell in whose company it is solved.</summary>
public class BatchLaws
{
    private const int Instances = 19, Order = 13;
    private const double Smallest = 0.9, Largest = 60;

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void A_batch_has_the_bits_of_its_instances_however_it_is_run(string name)
    {
        IIteration<LinearSystem> method = LinearMethods.Named(name).Create(Smallest, Largest);
        LinearSystem batch = Batched(bad: false);
        Solution[] alone = Alone(method, batch);
        Assert.True(alone.Select(s => s.Outcome().Iterations).Distinct().Count() > 3, "the instances should differ in difficulty");
        SolverOptions[] ways =
        [
            SolverOptions.Default,
            new() { Threads = 1, CompactionThreshold = 0 },
            new() { Threads = 1, CompactionThreshold = 1 },
            new() { Threads = 2, ChunkInstances = 8 },
            new() { Threads = 2, ChunkInstances = 1 },
            new() { Threads = 2, ChunkInstances = 5, CompactionThreshold = 1 },
            new() { Threads = 1, ChunkInstances = 19, Memory = new SolverMemory() },
        ];
        foreach (SolverOptions way in ways)
        {
            Solution together = Solver.Solve(method, batch, options: way);
            for (int s = 0; s < Instances; s++)
            {
                Truth.SameBits(alone[s], together, 0, s);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void Bad_instances_do_no_harm_to_good_ones(string name)
    {
        IIteration<LinearSystem> method = LinearMethods.Named(name).Create(Smallest, Largest);
        LinearSystem batch = Batched(bad: true);
        Solution[] alone = Alone(method, batch);
        Solution together = Solver.Solve(method, batch);
        Assert.True(together.ConvergedCount >= Instances - 4);
        Assert.Equal(Termination.NonFinite, together.Outcome(2).Termination);
        Assert.NotEqual(Termination.Converged, together.Outcome(5).Termination);
        for (int s = 0; s < Instances; s++)
        {
            Assert.Equal(alone[s].Outcome(), together.Outcome(s));
            Assert.Equal(Assembled.Instance(alone[s].Iterate, 0), Assembled.Instance(together.Iterate, s));
        }
    }

    [Theory]
    [MemberData(nameof(LinearMethods.Names), MemberType = typeof(LinearMethods))]
    public void One_matrix_for_all_is_as_good_as_one_for_each(string name)
    {
        NamedSystem example = Gallery.Named("random-definite");
        IIteration<LinearSystem> method = LinearMethods.For(name, example);
        Batch b = Assembled.Random(example.Order, 9, new RandomStream(1));
        Solution together = Solver.Solve(method, new LinearSystem(example.Operator, b));
        for (int s = 0; s < b.Instances; s++)
        {
            Truth.SameBits(Solver.Solve(method, new LinearSystem(example.Operator, b.Select([s]))), together, 0, s);
        }
    }

    private static Solution[] Alone(IIteration<LinearSystem> method, LinearSystem batch) =>
        [.. Enumerable.Range(0, batch.Instances).Select(s => Solver.Solve(method, batch.Select([s])))];

    /// <summary>
    /// Positive definite matrices of increasing condition; one right-hand side is zero. Bad ones: instance 2 holds a NaN, 5 is
    /// the zero matrix, 11 is indefinite, 14 is far outside the interval.
    /// </summary>
    private static LinearSystem Batched(bool bad)
    {
        var stream = new RandomStream(42);
        Batch entries = Batch.Zeros(Order * Order, Instances), b = Batch.Zeros(Order, Instances);
        for (int s = 0; s < Instances; s++)
        {
            double[] v = new double[Order];
            for (int i = 0; i < Order; i++)
            {
                v[i] = stream.NextNormal();
                b[i, s] = s == 7 ? 0 : stream.NextNormal();
            }

            double norm = Math.Sqrt(v.Sum(x => x * x));
            for (int i = 0; i < Order; i++)
            {
                for (int j = 0; j < Order; j++)
                {
                    double diagonal = i == j ? 1 + (0.1 * s * i / Order) : 0;
                    entries[(i * Order) + j, s] = diagonal + (3.0 * s * (v[i] / norm) * (v[j] / norm));
                }
            }
        }

        if (bad)
        {
            entries[20, 2] = double.NaN;
            for (int k = 0; k < Order * Order; k++)
            {
                entries[k, 5] = 0;
                entries[k, 14] *= 1e6;
            }

            entries[0, 11] = -50;
        }

        return new LinearSystem(new DenseOperator(Order, Order, entries, OperatorProperties.Symmetric), b);
    }
}
