using System.Diagnostics;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>Dense LU for a batch of linear systems, as the baseline that any iterative method has to answer to.</summary>
internal static class DirectSolution
{
    /// <summary>Solves all systems; the time is that of the shortest of three runs, the writing-out of the matrices not counted.</summary>
    public static (double[] Residuals, double Seconds) Solve(LinearSystem systems)
    {
        int n = systems.Components, instances = systems.Instances;
        Batch x = Batch.Zeros(n, instances), residual = Batch.Zeros(n, instances);
        double seconds = systems.Operator.Instances == 1 ? Shared(systems, x) : Each(systems, x);
        systems.Residual(x, residual);
        double[] norms = new double[instances];
        for (int s = 0; s < instances; s++)
        {
            double sum = 0;
            for (int i = 0; i < n; i++)
            {
                sum += residual[i, s] * residual[i, s];
            }

            norms[s] = Math.Sqrt(sum);
        }

        return (norms, seconds);
    }

    private static double Shared(LinearSystem systems, Batch x)
    {
        int n = systems.Components;
        Matrix a = Dense(systems.Operator);
        double[] b = new double[n];
        return Shortest(() =>
        {
            LuFactorization lu = LuFactorization.Factor(a);
            for (int s = 0; s < systems.Instances && !lu.IsSingular; s++)
            {
                for (int i = 0; i < n; i++)
                {
                    b[i] = systems.RightHandSide[i, s];
                }

                lu.Solve(b, b);
                for (int i = 0; i < n; i++)
                {
                    x[i, s] = b[i];
                }
            }
        });
    }

    private static double Each(LinearSystem systems, Batch x)
    {
        int n = systems.Components, instances = systems.Instances;
        if (systems.Operator is DenseOperator { } dense && n <= 64)
        {
            double[] scratch = new double[BatchedLu.ScratchLength(n)];
            bool[] singular = new bool[instances];
            return Shortest(() =>
            {
                systems.RightHandSide.CopyTo(x);
                BatchedLu.Solve(dense.Entries.Values, x.Values, n, instances, scratch, singular);
            });
        }

        double seconds = 0;
        double[] b = new double[n];
        for (int s = 0; s < instances; s++)
        {
            Matrix a = Dense(systems.Operator.Select([s]));
            for (int i = 0; i < n; i++)
            {
                b[i] = systems.RightHandSide[i, s];
            }

            long started = Stopwatch.GetTimestamp();
            LuFactorization lu = LuFactorization.Factor(a);
            if (!lu.IsSingular)
            {
                lu.Solve(b, b);
            }

            seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
            for (int i = 0; i < n; i++)
            {
                x[i, s] = b[i];
            }
        }

        return seconds;
    }

    private static Matrix Dense(ILinearOperator a)
    {
        int n = a.Rows;
        Batch unit = Batch.Zeros(n, n), columns = Batch.Zeros(n, n);
        for (int i = 0; i < n; i++)
        {
            unit[i, i] = 1;
        }

        var matrix = new Matrix(n, n);
        a.Apply(unit, columns);
        columns.Values.CopyTo(matrix.AsSpan());
        return matrix;
    }

    private static double Shortest(Action solve)
    {
        double least = double.PositiveInfinity;
        for (int run = 0; run < 3; run++)
        {
            long started = Stopwatch.GetTimestamp();
            solve();
            least = Math.Min(least, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return least;
    }
}
