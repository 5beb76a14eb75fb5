using Unrolled.Learning;
using Unrolled.Numerics;
using Xunit;

namespace Unrolled.Tests.Learning;

public class LevenbergMarquardtTests
{
    [Fact]
    public void Rosenbrock_from_the_usual_start()
    {
        LevenbergMarquardt lm = new(new Rosenbrock(), [-1.2, 1]);
        lm.Minimize(100, 0);
        Assert.InRange(lm.Value, 0, 1e-25);
        Assert.Equal(1, lm.Parameters[0], 1e-12);
        Assert.Equal(1, lm.Parameters[1], 1e-12);
    }

    [Fact]
    public void Bounds_are_kept_and_the_bounded_minimum_found()
    {
        LevenbergMarquardt lm = new(new Rosenbrock(), [-0.5, 0.2]);
        lm.Bound([0, 0], 0.5);
        lm.Minimize(500, 0);
        Assert.All(lm.Parameters, p => Assert.InRange(p, -0.5, 0.5));
        Assert.Equal(0.5, lm.Parameters[0], 1e-6);
        Assert.Equal(0.25, lm.Parameters[1], 1e-6);
    }

    [Fact]
    public void A_resumed_run_has_the_same_bits()
    {
        LevenbergMarquardt whole = new(new Rosenbrock(), [-1.2, 1]), first = new(new Rosenbrock(), [-1.2, 1]);
        for (int i = 0; i < 12; i++)
        {
            whole.Step();
            if (i < 5)
            {
                first.Step();
            }
        }

        LevenbergMarquardt second = new(new Rosenbrock(), first.Parameters, first.Damping) { Growth = first.Growth };
        first.Scales.CopyTo(second.Scales, 0);
        for (int i = 5; i < 12; i++)
        {
            second.Step();
        }

        Assert.Equal(whole.Parameters, second.Parameters);
        Assert.Equal(whole.Damping, second.Damping);
    }

    [Fact]
    public void Directions_eight_decades_apart_are_both_solved()
    {
        // The normal equations of this Jacobian are singular to rounding; its triangle is not.
        TriangularFactor factor = new(3);
        factor.Append([1e9, 1e9, 1e9, 1e9 + 3, -1e9, -1e9 + 1], 2);
        double[] d = new double[2];
        factor.SolveDamped([0, 0], d);
        Assert.Equal(4.0 / 3, d[0], 1e-6);
        Assert.Equal(-1.0 / 3, d[1], 1e-6);
    }

    [Fact]
    public void Blocks_of_any_size_give_the_same_triangle()
    {
        RandomStream stream = new(4);
        double[][] rows = [.. Enumerable.Range(0, 37).Select(_ => Enumerable.Range(0, 7).Select(_ => stream.NextNormal()).ToArray())];
        TriangularFactor whole = new(7), parts = new(7), tail = new(7);
        Append(whole, rows);
        Append(parts, rows[..11]);
        Append(tail, rows[11..]);
        parts.Append(tail);
        for (int i = 0; i < 7; i++)
        {
            for (int j = i; j < 7; j++)
            {
                double gram = 0;
                for (int k = 0; k <= i; k++)
                {
                    gram += whole[k, i] * whole[k, j];
                }

                Assert.Equal(rows.Sum(r => r[i] * r[j]), gram, 1e-12);
                Assert.Equal(Math.Abs(whole[i, j]), Math.Abs(parts[i, j]), 1e-12);
            }
        }
    }

    private static void Append(TriangularFactor factor, double[][] rows)
    {
        double[] block = new double[rows.Length * factor.Columns];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < factor.Columns; j++)
            {
                block[(j * rows.Length) + i] = rows[i][j];
            }
        }

        factor.Append(block, rows.Length);
    }

    private sealed class Rosenbrock : IResiduals
    {
        public int ParameterCount => 2;

        public double Evaluate(ReadOnlySpan<double> p)
        {
            double r1 = 10 * (p[1] - (p[0] * p[0])), r2 = 1 - p[0];
            return (r1 * r1) + (r2 * r2);
        }

        public double Linearize(ReadOnlySpan<double> p, TriangularFactor factor)
        {
            factor.Append([-20 * p[0], -1, 10, 0, 10 * (p[1] - (p[0] * p[0])), 1 - p[0]], 2);
            return Evaluate(p);
        }
    }
}
