using System.Numerics;
using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.Certification;

public class IntegratorCertificateTests
{
    public static TheoryData<string> Methods { get; } = [.. Tableaus.All.Select(t => t.Name)];

    private static ButcherTableau Named(string name) => Tableaus.All.First(t => t.Name == name);

    private static readonly LearnedRungeKutta Conditioned = new(
        Named("RK4"), [new StepCorrection(3, [0.01, -0.02, 0.015, 0.01, 0, 0.02, 0.01, -0.01, 0.02, -0.02])], 0.125, new ValidInterval(0, 0.125));

    /// <summary>Every tableau has its own order and not the next one, and loses it when a coefficient changes in the sixth digit.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void OrderIsProvedAndNotMore(string name)
    {
        ButcherTableau method = Named(name);
        int order = Math.Min(method.Order, IntegratorOrder.LargestOrder);
        Assert.True(IntegratorOrder.Of(method, order).Holds);
        if (order < IntegratorOrder.LargestOrder)
        {
            Certificate more = IntegratorOrder.Of(method, order + 1);
            Assert.False(more.Holds);
            Assert.InRange(more.Value, 1e-6, 1);
        }

        if (order > 1)
        {
            double[] theta = method.Parameters.ToArray();
            theta[0] += 1e-6;
            Certificate changed = IntegratorOrder.Of(new ButcherTableau(name, order, theta), order);
            Assert.False(changed.Holds);
            Assert.InRange(changed.Value, 2e-13, 1e-5);
        }
    }

    [Fact]
    public void MultistepOrders()
    {
        for (int k = 1; k <= 7; k++)
        {
            var method = new AdamsBashforth(k);
            Assert.True(IntegratorOrder.OfMultistep(method.Name, method.Weights, k).Holds);
            Assert.False(IntegratorOrder.OfMultistep(method.Name, method.Weights, k + 1).Holds);
            double[] weights = method.Weights.ToArray();
            weights[0] *= 1 + 1e-9;
            Assert.False(IntegratorOrder.OfMultistep(method.Name, weights, k).Holds);
        }
    }

    /// <summary>A correction with exponent 3 keeps order 4 only if it leaves the condition of order 2 alone; the stated constant bounds the defects at every step.</summary>
    [Fact]
    public void OrdersOfCoefficientsThatDependOnTheStep()
    {
        int order = Conditioned.ProvenOrder;
        Assert.True(IntegratorOrder.Of(Conditioned, order).Holds);
        Assert.False(IntegratorOrder.Of(Conditioned, order + 1).Holds);
        Certificate range = IntegratorOrder.DefectsOverTheRange(Conditioned, order, 1, 1);
        Assert.True(range.Holds);
        Assert.False(IntegratorOrder.DefectsOverTheRange(Conditioned, order, 1, range.Value * 0.99).Holds);
        double most = 0;
        foreach (double h in new[] { 0.125, 0.1, 0.03, 0.002 })
        {
            double[] defects = OrderConditions.Defects(Conditioned.TableauFor(h).Tableau, order);
            foreach (RootedTree tree in RootedTree.UpTo(order))
            {
                double allowed = range.Value * Math.Pow(h / 0.125, order + 1 - tree.Order);
                Assert.True(Math.Abs(defects[tree.Index]) <= allowed + 1e-13);
                most = Math.Max(most, Math.Abs(defects[tree.Index]) / allowed);
            }
        }

        Assert.InRange(most, 0.2, 1); // not a bound out of reach
    }

    /// <summary>The intervals that are proved agree with dense sampling, and one per cent more is refused.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void StabilityIntervalsAreProvedAndNotMore(string name)
    {
        ButcherTableau method = Named(name);
        var r = StabilityFunction.Of(method);
        double real = IntegratorStability.Claimed(r.RealLimit()), imaginary = IntegratorStability.Claimed(r.ImaginaryLimit(IntegratorStability.Growth));
        if (real > 0)
        {
            Assert.True(IntegratorStability.RealAxis(method, real).Holds);
            Assert.False(IntegratorStability.RealAxis(method, real * 1.01).Holds);
            Assert.InRange(Largest(r, -1, real), 0.9, 1 + 1e-12);
            Assert.True(Largest(r, -1, real * 1.01) > 1);
        }

        if (imaginary > 0)
        {
            Assert.True(IntegratorStability.ImaginaryAxis(method, imaginary).Holds);
            Assert.False(IntegratorStability.ImaginaryAxis(method, imaginary * 1.01).Holds);
            Assert.InRange(Largest(r, Complex.ImaginaryOne, imaginary), 0.9, 1 + 2e-12);
        }
    }

    [Theory]
    [InlineData("RK4", 2.785, 2.828)]
    [InlineData("Dormand-Prince 5(4)", 3.306, 0.997)]
    public void KnownIntervals(string name, double real, double imaginary)
    {
        var r = StabilityFunction.Of(Named(name));
        Assert.Equal(real, IntegratorStability.Claimed(r.RealLimit()), 1e-3);
        Assert.InRange(IntegratorStability.Claimed(r.ImaginaryLimit(IntegratorStability.Growth)), imaginary - 1e-3, imaginary + 1e-3);
    }

    /// <summary>For all steps at once: sampling steps and points finds nothing above 1, and a length beyond the shortest interval is refused.</summary>
    [Fact]
    public void AnIntervalForEveryStep()
    {
        double limit = IntegratorStability.RealAxis(Conditioned, 1, 0.1).Bound, length = IntegratorStability.Claimed(limit);
        Certificate proved = IntegratorStability.RealAxis(Conditioned, 1, length);
        Assert.True(proved.Holds, proved.Claim);
        Assert.Contains("every step", proved.Claim);
        Assert.False(IntegratorStability.RealAxis(Conditioned, 1, length * 1.01).Holds);
        for (int k = 1; k <= 100; k++)
        {
            Assert.InRange(Largest(StabilityFunction.Of(Conditioned.TableauFor(0.125 * k / 100).Tableau), -1, length), 0.9, 1 + 1e-12);
        }
    }

    /// <summary>The known ends of the intervals of Adams-Bashforth methods, and eigenvalues of the step on a fine grid.</summary>
    [Theory]
    [InlineData(2, 1.0)]
    [InlineData(3, 6.0 / 11)]
    [InlineData(4, 3.0 / 10)]
    [InlineData(5, 90.0 / 551)]
    [InlineData(6, 5.0 / 57)]
    public void IntervalsOfMultistepMethods(int k, double end)
    {
        IntegratorCoefficients method = IntegratorCoefficients.Of(new FixedStepMultistep(new AdamsBashforth(k)));
        Func<double, Certificate> axis = MemoryStability.RealAxis(method);
        Assert.Equal(end, axis(0.01).Bound, 1e-8);
        double length = IntegratorStability.Claimed(end);
        Assert.True(axis(length).Holds);
        Assert.False(axis(end * 1.01).Holds);
        Assert.Equal(1, LargestEigenvalue(method, end), 1e-6);
        Assert.InRange(Enumerable.Range(1, 200).Max(i => LargestEigenvalue(method, length * i / 200)), 0.5, 1);
        Assert.True(LargestEigenvalue(method, end * 1.01) > 1);
    }

    /// <summary>Random two-step methods: a proved interval has all eigenvalues in the disk, and it ends where one leaves.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    public void IntervalsOfTwoStepMethods(int stages, int memory)
    {
        for (ulong trial = 0; trial < 4; trial++)
        {
            RandomStream random = new RandomStream(9).Split(trial);
            int triangle = stages * (stages + 1) / 2, count = (2 * triangle) + (stages * memory), v = triangle + ((stages - 1) * memory);
            double[] theta = [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(-0.3, 0.5))];
            foreach ((int from, int to) in new[] { (triangle - stages, triangle), (count - stages, count) })
            {
                double others = theta[from..to].Sum() + (from == triangle - stages ? theta[v..(v + memory)].Sum() : 0);
                theta[from] += 1 - others;
            }

            IntegratorCoefficients method = IntegratorCoefficients.Of(new FixedStepTwoStep(
                new LearnedTwoStepRungeKutta(Tableaus.Euler, stages, memory, theta, new ValidInterval(0, 1))));
            Func<double, Certificate> axis = MemoryStability.RealAxis(method);
            double end = axis(0.01).Bound, length = IntegratorStability.Claimed(end);
            Assert.True(axis(length).Holds, $"{end}");
            Assert.False(axis(end * 1.01).Holds);
            Assert.InRange(Enumerable.Range(1, 300).Max(i => LargestEigenvalue(method, length * i / 300)), 0.3, 1);
            Assert.Equal(1, LargestEigenvalue(method, end), 1e-6);
        }
    }

    /// <summary>The step on y' = lambda y written out in doubles, column by column, and the largest eigenvalue of its matrix.</summary>
    private static double LargestEigenvalue(IntegratorCoefficients method, double y)
    {
        int n = 1 + method.Memory;
        var matrix = new Matrix(n, n);
        for (int c = 0; c < n; c++)
        {
            double state = c == 0 ? 1 : 0;
            double[] remembered = [.. Enumerable.Range(1, method.Memory).Select(i => i == c ? 1.0 : 0)];
            List<double> stages = [];
            double Point(int i) => state + method.Rows[i].Select((w, k) => w * (k < i ? stages[k] : remembered[k - i])).Sum();
            for (int i = 0; i < method.Stages; i++)
            {
                stages.Add(-y * Point(i));
            }

            matrix[0, c] = Point(method.Stages);
            double[] all = [.. stages, .. remembered];
            for (int r = 1; r < n; r++)
            {
                matrix[r, c] = all[method.RememberedFrom + r - 1];
            }
        }

        return GeneralEigenvalues.Of(matrix).Max(Complex.Abs);
    }

    /// <summary>Random polynomials of two variables: the verdict agrees with a fine grid wherever the grid is clear.</summary>
    [Fact]
    public void SignsOfPolynomials()
    {
        RandomStream random = new(5);
        int proved = 0, refuted = 0;
        for (int trial = 0; trial < 100; trial++)
        {
            var p = new Rational[4, 3];
            double[,] values = new double[4, 3];
            for (int i = 0; i < 4; i++)
            {
                for (int j = 0; j < 3; j++)
                {
                    values[i, j] = (random.NextIndex(21) - 10) / 4.0 - (i + j == 0 ? 4 : 0);
                    p[i, j] = Rational.FromDouble(values[i, j]);
                }
            }

            double largest = double.NegativeInfinity;
            for (int a = 0; a <= 60; a++)
            {
                for (int b = 0; b <= 60; b++)
                {
                    double value = 0;
                    for (int i = 0; i < 4; i++)
                    {
                        for (int j = 0; j < 3; j++)
                        {
                            value += values[i, j] * Math.Pow(1.25 * a / 60, i) * Math.Pow(0.75 * b / 60, j);
                        }
                    }

                    largest = Math.Max(largest, value);
                }
            }

            SignVerdict verdict = BernsteinSign.Of(p, Rational.FromDouble(1.25), Rational.FromDouble(0.75));
            Assert.NotEqual(SignVerdict.Undecided, verdict);
            if (largest > 0)
            {
                Assert.Equal(SignVerdict.PositiveSomewhere, verdict);
            }
            else if (largest < -0.1)
            {
                Assert.Equal(SignVerdict.Nonpositive, verdict);
            }

            (proved, refuted) = verdict == SignVerdict.Nonpositive ? (proved + 1, refuted) : (proved, refuted + 1);
        }

        Assert.True(proved > 10 && refuted > 10, $"{proved} and {refuted}");
    }

    private static double Largest(StabilityFunction r, Complex direction, double length) =>
        Enumerable.Range(0, 20_001).Max(k => r.Magnitude(direction * (length * k / 20_000)));
}
