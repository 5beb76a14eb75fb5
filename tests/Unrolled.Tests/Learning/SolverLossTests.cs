using Unrolled.Differentiation;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Tests.Learning;

/// <summary>The step as a function has the numbers of the deployed step; the loss those of a run; the gradient that of differences.</summary>
public class SolverLossTests
{
    private const int Instances = 45;

    private static readonly double[] StepWeights = [4, 16, 64];

    private static readonly Function F = Function.ParseResidual("0 = x + 0.2*sin(y) - p\n0 = y + 0.3/(1 + x*x) - q", ["x", "y"], ["p", "q"]);

    [Theory]
    [InlineData(LearnedForm.Direct, 1)]
    [InlineData(LearnedForm.Direct, 4)]
    [InlineData(LearnedForm.NewtonKrylov, 1)]
    [InlineData(LearnedForm.NewtonKrylov, 4)]
    public unsafe void TheStepIsTheDeployedOneBitForBit(LearnedForm form, int inner)
    {
        (Batch p, Batch x) = Draw();
        double[] theta = Theta(inner);
        Function step = LearnedStepFunctions.Step(F, form, inner);
        Batch next = Batch.Zeros(2, Instances);
        fixed (double* weights = theta)
        {
            BatchPointer* inputs = stackalloc BatchPointer[] { new(x.Pointer, Instances), new(p.Pointer, Instances), new(weights, 1) };
            BatchPointer output = new(next.Pointer, Instances);
            step.Kernel.Run(inputs, &output, Instances);
        }

        Assert.Equal(Run(form, theta, p, x, 1).Iterate.Values.ToArray(), next.Values.ToArray());
    }

    [Theory]
    [InlineData(LearnedForm.Direct)]
    [InlineData(LearnedForm.NewtonKrylov)]
    public void TheLossIsThatOfARun(LearnedForm form)
    {
        (Batch p, Batch x) = Draw();
        double[] theta = Theta(3), gradient = new double[theta.Length];
        double expected = 0;
        for (int k = 1; k <= StepWeights.Length; k++)
        {
            expected += StepWeights[k - 1] * Run(form, theta, p, x, k).Outcomes.ToArray().Sum(o => o.Residual * o.Residual) / Instances;
        }

        using SolverLoss loss = new(F, p, x, form, 3, StepWeights);
        Assert.Equal(1, loss.Evaluate(theta, gradient) / expected, 1e-13);
    }

    [Theory]
    [InlineData(LearnedForm.Direct)]
    [InlineData(LearnedForm.NewtonKrylov)]
    public void TheGradientIsThatOfDifferences(LearnedForm form)
    {
        (Batch p, Batch x) = Draw();
        double[] theta = Theta(4), gradient = new double[theta.Length], unused = new double[theta.Length];
        using SolverLoss loss = new(F, p, x, form, 4, StepWeights);
        loss.Evaluate(theta, gradient);
        for (int w = 0; w < theta.Length; w++)
        {
            double Moved(double by) => loss.Evaluate([.. theta.Select((t, k) => k == w ? t + by : t)], unused);
            const double h = 1e-4;
            double difference = ((8 * (Moved(h) - Moved(-h))) - (Moved(2 * h) - Moved(-2 * h))) / (12 * h);
            Assert.True(Math.Abs(difference - gradient[w]) < 1e-8 * gradient.Max(Math.Abs), $"weight {w}: {gradient[w]}, difference {difference}");
        }
    }

    [Fact]
    public void TheLossIsThatOfTheResiduals()
    {
        (Batch p, Batch x) = Draw();
        double[] theta = Theta(3), unused = new double[theta.Length];
        using SolverLoss loss = new(F, p, x, LearnedForm.Direct, 3, [1, 1]);
        using SolverResiduals residuals = new(new NonlinearSystem(new FunctionOperator(F, p), x), LearnedForm.Direct, new LearnedCoefficients(theta), 2);
        Assert.Equal(1, Instances * loss.Evaluate(theta, unused) / residuals.Evaluate(theta), 1e-12);
    }

    [Fact]
    public void BitsDoNotDependOnThreadsAndNothingIsAllocated()
    {
        (Batch p, Batch x) = Draw();
        double[] theta = Theta(4), one = new double[theta.Length], three = new double[theta.Length];
        using SolverLoss single = new(F, p, x, LearnedForm.Direct, 4, StepWeights, 1), several = new(F, p, x, LearnedForm.Direct, 4, StepWeights, 3);
        Assert.Equal(BitConverter.DoubleToInt64Bits(single.Evaluate(theta, one)), BitConverter.DoubleToInt64Bits(several.Evaluate(theta, three)));
        Assert.Equal(one, three);
        Assert.Equal(0, Allocation.Of(() => single.Evaluate(theta, one)));
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefused()
    {
        (Batch p, Batch x) = Draw();
        Assert.Contains("45", Assert.Throws<ArgumentException>(() => new SolverLoss(F, Batch.Zeros(2, 44), x, LearnedForm.Direct, 2, StepWeights)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SolverLoss(F, p, x, LearnedForm.Direct, 2, []));
        Assert.Throws<ArgumentException>(() => new SolverLoss(F, p, Batch.Zeros(3, Instances), LearnedForm.Direct, 2, StepWeights));
        Assert.Throws<ArgumentException>(() => LearnedStepFunctions.Step(Function.ParseResidual("0 = x*y", ["x", "y"], [], null), LearnedForm.Direct, 2));
        using SolverLoss loss = new(F, p, x, LearnedForm.Direct, 2, StepWeights);
        Assert.Throws<ArgumentException>(() => loss.Evaluate(new double[4], new double[3]));
    }

    private static Solution Run(LearnedForm form, double[] theta, Batch p, Batch x, int steps)
    {
        var coefficients = new LearnedCoefficients(theta);
        IIteration<NonlinearSystem> method = form == LearnedForm.Direct ? new LearnedSolver(coefficients) : new LearnedNewtonKrylov(coefficients);
        return Solver.Solve(method, new NonlinearSystem(new FunctionOperator(F, p), x), StoppingCriterion.Iterations(steps));
    }

    private static double[] Theta(int inner)
    {
        var stream = new RandomStream(11);
        return [.. Enumerable.Range(0, inner * (inner + 1) / 2).Select(_ => -0.3 + (0.1 * stream.NextNormal()))];
    }

    private static (Batch P, Batch X) Draw()
    {
        var stream = new RandomStream(12);
        Batch p = Batch.Zeros(2, Instances), x = Batch.Zeros(2, Instances);
        foreach (ref double value in p.Values)
        {
            value = stream.NextUniform(-1, 2);
        }

        foreach (ref double value in x.Values)
        {
            value = stream.NextNormal();
        }

        return (p, x);
    }
}
