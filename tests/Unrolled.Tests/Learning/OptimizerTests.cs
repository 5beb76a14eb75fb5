using Unrolled.Learning;

namespace Unrolled.Tests.Learning;

public class OptimizerTests
{
    [Fact]
    public void AdamDescendsAQuadratic()
    {
        var objective = new Quadratic();
        double[] x = [3, -2, 1, 5], gradient = new double[4];
        var adam = new Adam(4);
        objective.Evaluate(x, gradient);
        double[] before = [.. x];
        adam.Step(x, gradient, 0.05);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(-0.05 * Math.Sign(gradient[i]), x[i] - before[i], 1e-9); // the first step has the size of the rate
        }

        for (int k = 0; k < 4000; k++)
        {
            objective.Evaluate(x, gradient);
            adam.Step(x, gradient, 0.05 * (1 - (k / 4000.0)));
        }

        Assert.InRange(objective.Evaluate(x, gradient), 0, 1e-8);
    }

    [Fact]
    public void AdamGoesOnWithTheSameBits()
    {
        double[] x = [3, -2, 1, 5], y = [.. x], gradient = new double[4];
        Adam first = new(4), second = new(4);
        for (int k = 0; k < 40; k++)
        {
            new Quadratic().Evaluate(x, gradient);
            first.Step(x, gradient, 0.1);
            if (k % 7 == 0)
            {
                var resumed = new Adam(4) { Steps = second.Steps };
                second.FirstMoment.CopyTo(resumed.FirstMoment, 0);
                second.SecondMoment.CopyTo(resumed.SecondMoment, 0);
                second = resumed;
            }

            new Quadratic().Evaluate(y, gradient);
            second.Step(y, gradient, 0.1);
        }

        Assert.Equal(x, y);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    public void BfgsFindsTheMinimumOfRosenbrocksFunction(int unknowns)
    {
        double[] start = [.. Enumerable.Range(0, unknowns).Select(i => i % 2 == 0 ? -1.2 : 1)];
        var bfgs = new LimitedMemoryBfgs(new Rosenbrock(unknowns), start);
        double before = bfgs.Value;
        while (bfgs.Steps < 500 && bfgs.Step())
        {
            Assert.True(bfgs.Value < before);
            before = bfgs.Value;
        }

        Assert.InRange(bfgs.Steps, 1, 200);
        Assert.All(bfgs.Parameters, x => Assert.Equal(1, x, 1e-7));
    }

    [Fact]
    public void BfgsEndsAtAMinimum()
    {
        var bfgs = new LimitedMemoryBfgs(new Quadratic(), [1, 2, 3, 4]);
        while (bfgs.Steps < 100 && bfgs.Step())
        {
        }

        Assert.InRange(bfgs.Steps, 1, 99);
        Assert.InRange(bfgs.Value, 0, 1e-25);
        Assert.False(new LimitedMemoryBfgs(new Quadratic(), new double[4]).Step());
    }

    [Fact]
    public void BfgsGoesOnWithTheSameBits()
    {
        var objective = new Rosenbrock(10);
        double[] start = [.. Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? -1.2 : 1)];
        LimitedMemoryBfgs whole = new(objective, start), cut = new(objective, start);
        for (int k = 0; k < 45; k++)
        {
            Assert.Equal(whole.Step(), cut.Step());
            cut = new LimitedMemoryBfgs(objective, cut.Parameters) { Steps = cut.Steps, Memory = cut.Memory };
            Assert.Equal(whole.Parameters, cut.Parameters);
            Assert.Equal(whole.Gradient, cut.Gradient);
            Assert.Equal((whole.Value, whole.Steps), (cut.Value, cut.Steps));
        }
    }

    private sealed class Quadratic : IObjective
    {
        public int ParameterCount => 4;

        public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
        {
            double value = 0;
            for (int i = 0; i < 4; i++)
            {
                value += (i + 1) * parameters[i] * parameters[i];
                gradient[i] = 2 * (i + 1) * parameters[i];
            }

            return value;
        }
    }

    private sealed class Rosenbrock(int unknowns) : IObjective
    {
        public int ParameterCount => unknowns;

        public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient)
        {
            double value = 0;
            gradient.Clear();
            for (int i = 0; i < unknowns; i += 2)
            {
                double x = parameters[i], valley = parameters[i + 1] - (x * x);
                value += (100 * valley * valley) + ((1 - x) * (1 - x));
                gradient[i] = (-400 * x * valley) - (2 * (1 - x));
                gradient[i + 1] = 200 * valley;
            }

            return value;
        }
    }
}
