using System.Numerics;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Learning;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Krylov;

public class LearnedKrylovTests
{
    /// <summary>The weights that hannesvdc published for the fixed 5 x 5 family.</summary>
    private static readonly double[] Published =
        [-0.75338897, -0.69512928, -1.28298784, -0.8088681, 0.87909088, 1.48089791, -0.69293485, -2.75058767, -2.00362172, 0.90054142];

    private static readonly double[] PublishedRandom =
        [-0.13620847, 0.08868813, 0.10030381, -1.53856325, 0.76759586, 2.0007581, -1.13633718, -0.39309495, 0.86202745, -0.03033491];

    [Fact]
    public void PublishedWeightsGiveThePublishedResiduals()
    {
        LinearSystem systems = FixedMatrixFamily.FiveByFive().Draw(4000, new RandomStream(1));
        double[] means = Means(new LearnedKrylov(Published), systems, 4);
        double[] expected = [8.8, 1.1e-2, 4.2e-5, 1.9e-7, 9.6e-10];
        Assert.All(expected.Zip(means), pair => Assert.Equal(pair.First, pair.Second, 0.05 * pair.First));

        systems = RandomSymmetricFamily.FiveByFive().Draw(4000, new RandomStream(1));
        means = Means(new LearnedKrylov(PublishedRandom), systems, 3);
        Assert.Equal(1.1e-2, means[1], 0.1 * 1.1e-2);
        Assert.InRange(means[2], 3.3e-5 / 1.5, 3.3e-5 * 1.5);
        Assert.InRange(means[3], 2.6e-7 / 3, 2.6e-7 * 3);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void EvaluationsSpanTheKrylovSpace(int n)
    {
        Matrix a = Assembled.Of(UnrolledSystems.Create("dense", 16, 1).Operator);
        var stream = new RandomStream(7);
        var vectors = new Matrix(16, 2 * n);
        double[][] v = new double[n][];
        for (int j = 0; j < n; j++)
        {
            // v_j = A (sum theta v_l) - b from x = 0
            double[] point = new double[16], image = new double[16];
            for (int l = 0; l < j; l++)
            {
                double theta = stream.NextNormal();
                point = [.. point.Zip(v[l], (p, x) => p + (theta * x))];
            }

            a.Multiply(point, image);
            v[j] = [.. image.Select((y, i) => y - (1 + (0.1 * i * i)))];
        }

        double[] power = v[0];
        for (int j = 0; j < n; j++)
        {
            double[] next = new double[16];
            for (int i = 0; i < 16; i++)
            {
                vectors[i, j] = v[j][i] / Math.Sqrt(v[j].Sum(x => x * x));
                vectors[i, n + j] = power[i] / Math.Sqrt(power.Sum(x => x * x));
            }

            a.Multiply(power, next);
            power = next;
        }

        Assert.Equal(n, QrFactorization.Factor(vectors, 1e-11).Rank);
    }

    [Theory]
    [InlineData("dense", 1)]
    [InlineData("dense", 2)]
    [InlineData("dense", 7)]
    [InlineData("stencil", 16)]
    [InlineData("sparse", 5)]
    [InlineData("each", 9)]
    public void ChebyshevStepsAreRichardsonBitForBit(string kind, int degree)
    {
        LinearSystem systems = UnrolledSystems.Create(kind, 6, 11);
        double[] steps = Chebyshev.Steps(0.2, 1.8, degree);
        LearnedKrylov learned = LearnedKrylov.FromSteps(steps);
        var richardson = new Richardson(steps);
        foreach (int cycles in new[] { 1, 3 })
        {
            Solution expected = Solver.Solve(richardson, systems, StoppingCriterion.Iterations(cycles * degree));
            Solution found = Solver.Solve(learned, systems, StoppingCriterion.Iterations(cycles));
            Assert.Equal(expected.Iterate.Values, found.Iterate.Values);
            Assert.Equal(expected.Outcomes.ToArray().Select(o => o.Products), found.Outcomes.ToArray().Select(o => o.Products));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    public void ChebyshevStepsAreTheNaiveIteration(int degree)
    {
        const double low = 0.3, high = 1.7;
        LinearSystem system = UnrolledSystems.Create("symmetric", 8, 1);
        Matrix a = Assembled.Of(system.Operator);
        double[] x = new double[8], residual = new double[8];
        for (int i = 1; i <= degree; i++)
        {
            double t = ((high + low) / 2) + ((high - low) / 2 * Math.Cos(((2 * i) - 1) * Math.PI / (2 * degree)));
            a.Multiply(x, residual);
            x = [.. x.Select((value, k) => value - ((residual[k] - system.RightHandSide[k, 0]) / t))];
        }

        Batch found = Solver.Solve(LearnedKrylov.FromSteps(Chebyshev.Steps(low, high, degree)), system, StoppingCriterion.Iterations(1)).Iterate;
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(x[i], found[i, 0], 1e-12);
        }
    }

    [Fact]
    public void ConjugateRootsGiveTheProductOfTheFactors()
    {
        Complex[] roots = [new(0.9, 0.4), 1.3, new(0.4, -0.7), new(0.9, -0.4), 0.6, new(0.4, 0.7), new(-0.5, 0.1), new(-0.5, -0.1)];
        LearnedKrylov method = LearnedKrylov.FromRoots(roots);
        foreach (Complex t in new Complex[] { 0, 0.3, 1, 1.7, new(0.5, 0.5), new(-0.2, 0.9), roots[2] })
        {
            Complex expected = roots.Aggregate(Complex.One, (q, z) => q * (1 - (t / z)));
            Assert.Equal(0, Complex.Abs(expected - method.ResidualPolynomial(t)), 1e-11);
        }

        // and so does a run: its residual is -q(A) b
        LinearSystem system = UnrolledSystems.Create("dense", 6, 5);
        Batch residual = Batch.Zeros(6, 5);
        system.Residual(Solver.Solve(method, system, StoppingCriterion.Iterations(1)).Iterate, residual);
        Matrix a = Assembled.Of(system.Operator);
        for (int s = 0; s < 5; s++)
        {
            Complex[] r = [.. Assembled.Instance(system.RightHandSide, s).Select(b => new Complex(-b, 0))];
            foreach (Complex z in roots)
            {
                r = [.. r.Select((value, i) => value - (Enumerable.Range(0, 6).Aggregate(Complex.Zero, (sum, j) => sum + (a[i, j] * r[j])) / z))];
            }

            Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(r[i].Real, residual[i, s], 1e-10));
        }
    }

    [Fact]
    public void RootsMustBeWholePairs()
    {
        Assert.Throws<ArgumentException>(() => LearnedKrylov.FromRoots([new(1, 0.5)]));
        Assert.Throws<ArgumentException>(() => LearnedKrylov.FromRoots([new(1, -0.5), 2]));
        Assert.Throws<ArgumentException>(() => LearnedKrylov.FromRoots([0, 2]));
        Assert.Throws<ArgumentException>(() => LearnedKrylov.FromRoots([double.NaN]));
        Assert.Throws<ArgumentException>(() => LearnedKrylov.FromRoots([double.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => new LearnedKrylov([1, 2]));
        Assert.Throws<ArgumentException>(() => new LearnedKrylov([]));
        Assert.Throws<ArgumentException>(() => new LearnedKrylov([1, double.NaN, 3]));
    }

    /// <summary>In Leja's order a polynomial of degree 64 keeps its digits; in the order of the roots' size it loses them all.</summary>
    [Fact]
    public void TheOrderOfTheRootsKeepsHighDegreesStable()
    {
        const double low = 1e-2, high = 1;
        const int degree = 64;
        double[] sorted = [.. Chebyshev.Steps(low, high, degree).Order()];
        double Error(LearnedKrylov method)
        {
            Batch lambda = Batch.Zeros(1, 101), ones = Batch.Zeros(1, 101), residual = Batch.Zeros(1, 101);
            ones.Values.Fill(1);
            for (int s = 0; s <= 100; s++)
            {
                lambda[0, s] = low + ((high - low) * s / 100);
            }

            var systems = new LinearSystem(new DenseOperator(1, 1, lambda), ones);
            systems.Residual(Solver.Solve(method, systems, StoppingCriterion.Iterations(1)).Iterate, residual);
            return Enumerable.Range(0, 101).Max(s => Math.Abs(-residual[0, s] - (Polynomial((high + low - (2 * lambda[0, s])) / (high - low)) / Polynomial((high + low) / (high - low)))));
        }

        static double Polynomial(double t) => Math.Abs(t) <= 1 ? Math.Cos(degree * Math.Acos(t)) : Math.Cosh(degree * Math.Acosh(Math.Abs(t)));
        Assert.InRange(Error(LearnedKrylov.FromRoots([.. sorted.Select(s => new Complex(1 / s, 0))])), 0, 1e-12);
        Assert.False(Error(LearnedKrylov.FromSteps(sorted)) < 1e-3);
    }

    private static double[] Means(LearnedKrylov method, LinearSystem systems, int iterations)
    {
        double[] norms = new double[systems.Instances];
        systems.ReferenceNorm(norms);
        return [norms.Average(), .. Enumerable.Range(1, iterations).Select(k =>
            Solver.Solve(method, systems, StoppingCriterion.Iterations(k)).Outcomes.ToArray().Average(o => o.Residual))];
    }
}
