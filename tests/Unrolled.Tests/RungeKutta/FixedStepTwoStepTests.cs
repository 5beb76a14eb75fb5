using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class FixedStepTwoStepTests
{
    private static readonly InitialValueProblem Problem = OdeFamilies.Create("van-der-pol").Draw(21, new RandomStream(3));

    [Fact]
    public void WithoutWeightsForOldStagesItIsTheRungeKuttaMethodBitForBit()
    {
        double[] theta = [.. Tableaus.RungeKutta4.Parameters];
        FixedStepTwoStep method = new(new(Tableaus.RungeKutta4, 4, 2, [.. theta, .. new double[8], .. theta], new ValidInterval(0, 1)));
        Trajectories expected = new FixedStepRungeKutta(Tableaus.RungeKutta4).Integrate(Problem, 100), found = method.Integrate(Problem, 100);
        Assert.Equal(expected.Last.Values.ToArray(), found.Last.Values.ToArray());
        Assert.Equal(400, method.Evaluations(100));
    }

    [Fact]
    public void StageByStageAndAsOneKernelHaveTheSameBits()
    {
        FixedStepTwoStep method = Example();
        BatchRightHandSide f = (y, p, t, dy) => Problem.Function!.Kernel.Evaluate(y.Values, p.Values, t[0], dy.Values, y.Instances);
        InitialValueProblem same = new(f, Problem.InitialValues, Problem.Parameters, Problem.Horizon);
        Assert.Equal(method.Integrate(Problem, 50).Last.Values.ToArray(), method.Integrate(same, 50).Last.Values.ToArray());
    }

    [Fact]
    public void ItIsTheStepThatIsTrained()
    {
        FixedStepTwoStep method = Example();
        double[] theta = [.. Theta()];
        Function step = StepFunctions.TwoStepRungeKutta(Problem.Function!, 4, 2), first = StepFunctions.TwoStepRungeKuttaStart(Problem.Function!, 4, 2);
        double[] z = new double[6 * 21], h = [0.1], t = new double[1];
        Problem.InitialValues.Values.CopyTo(z);
        for (int n = 0; n < 100; n++)
        {
            t[0] = n * h[0];
            (n == 0 ? first : step).Kernel.Run([z, Problem.Parameters.Values.ToArray(), theta, h, t], [z], new InstanceRange(21));
        }

        double[] found = method.Integrate(Problem, 100).Last.Values.ToArray();
        for (int i = 0; i < found.Length; i++)
        {
            Assert.Equal(z[i], found[i], 1e-12);
        }
    }

    private static FixedStepTwoStep Example() => new(new(Tableaus.RungeKutta4, 4, 2, Theta(), new ValidInterval(0, 1)));

    private static double[] Theta()
    {
        double[] rk = [.. Tableaus.RungeKutta4.Parameters], old = [0.01, -0.02, 0.03, 0.01, -0.01, 0.02, 0.05, -0.05];
        return [.. rk, .. old, .. rk];
    }
}
