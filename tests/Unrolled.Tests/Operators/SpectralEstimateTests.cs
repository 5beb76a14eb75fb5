using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Operators;

public class SpectralEstimateTests
{
    [Fact]
    public void Extremes_lie_within_their_error_bounds()
    {
        ILinearOperator a = new DiffusionFamily(10).Draw(9, new RandomStream(1)).Operator;
        SpectralInterval[] few = SpectralEstimate.Extremes(a, new RandomStream(2), 15), many = SpectralEstimate.Extremes(a, new RandomStream(2), 60);
        for (int s = 0; s < 9; s++)
        {
            double[] exact = SymmetricEigen.Eigenvalues(Assembled.Of(a, s));
            Assert.True(few[s].Smallest >= exact[0] - 1e-14 && few[s].Largest <= exact[^1] + 1e-14);
            Assert.True(exact.Min(v => Math.Abs(v - few[s].Largest)) <= few[s].LargestError + 1e-14);
            Assert.True(exact.Min(v => Math.Abs(v - few[s].Smallest)) <= few[s].SmallestError + 1e-14);
            Assert.Equal(exact[0], many[s].Smallest, 1e-10);
            Assert.Equal(exact[^1], many[s].Largest, 1e-10);
            Assert.True(many[s].LargestError < 1e-4);
        }
    }

    [Fact]
    public void An_exhausted_space_stops_its_own_instance_only()
    {
        Batch entries = Batch.Zeros(9, 2);
        for (int i = 0; i < 3; i++)
        {
            entries[4 * i, 0] = 2;
            entries[4 * i, 1] = i + 1;
        }

        SpectralInterval[] extremes = SpectralEstimate.Extremes(new DenseOperator(3, 3, entries, OperatorProperties.Symmetric), new RandomStream(1));
        Assert.Equal((1, 2.0, 2.0), (extremes[0].Steps, Math.Round(extremes[0].Smallest, 13), Math.Round(extremes[0].Largest, 13)));
        Assert.Equal((3, 1.0, 3.0), (extremes[1].Steps, Math.Round(extremes[1].Smallest, 13), Math.Round(extremes[1].Largest, 13)));
    }

    [Fact]
    public void Instances_do_not_depend_on_each_other()
    {
        ILinearOperator a = new DiffusionFamily(6).Draw(9, new RandomStream(1)).Operator;
        Batch start = Assembled.Random(36, 9, new RandomStream(4));
        start[3, 5] = double.NaN;
        for (int i = 0; i < 36; i++)
        {
            start[i, 2] = 0;
        }

        Lanczos all = Lanczos.Run(a, start, 12);
        for (int s = 0; s < 9; s++)
        {
            Lanczos one = Lanczos.Run(a.Select([s]), start.Select([s]), 12);
            Assert.Equal(s is 2 or 5 ? 0 : 12, all.Steps(s));
            Assert.Equal(one.Diagonal(0).ToArray(), all.Diagonal(s).ToArray());
            Assert.Equal(one.OffDiagonal(0).ToArray(), all.OffDiagonal(s).ToArray());
        }

        Assert.True(double.IsNaN(all.Extremes(2).Smallest));
    }

    [Fact]
    public void The_quadrature_is_exact_to_its_degree()
    {
        ILinearOperator a = new DiffusionFamily(6).Draw(1, new RandomStream(1)).Operator;
        Batch start = Assembled.Random(36, 1, new RandomStream(4));
        (double[] nodes, double[] weights) = Lanczos.Run(a, start, 5).Quadrature(0);
        Batch power = start.Select([0]), next = Batch.Zeros(36, 1);
        for (int degree = 0; degree <= 9; degree++)
        {
            double exact = Kernels.Dot<double>(start.Values, power.Values);
            Assert.Equal(exact, nodes.Zip(weights, (t, w) => w * Math.Pow(t, degree)).Sum(), 1e-12 * Math.Abs(exact) * 100);
            a.Apply(power, next);
            (power, next) = (next, power);
        }
    }

    [Fact]
    public void Norms_are_largest_singular_values()
    {
        ILinearOperator a = new ConvectionDiffusionFamily(6).Draw(3, new RandomStream(1)).Operator;
        double[] norms = SpectralEstimate.Norm(a, new RandomStream(1), 36);
        for (int s = 0; s < 3; s++)
        {
            Matrix m = Assembled.Of(a, s);
            Assert.Equal(Math.Sqrt(SymmetricEigen.Eigenvalues(m.Transpose().Multiply(m))[^1]), norms[s], 1e-6);
        }

        var negative = new DenseOperator(2, 2, Batch.Of([-3, 0, 0, 1]), OperatorProperties.Symmetric);
        Assert.Equal(3, SpectralEstimate.Norm(negative, new RandomStream(1))[0], 1e-12);
        var tall = new DenseOperator(3, 1, Batch.Of([1, 2, 2]));
        Assert.Equal(3, SpectralEstimate.Norm(tall, new RandomStream(1))[0], 1e-12);
    }
}
