using Unrolled.Differentiation;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.RungeKutta;
using Xunit;

namespace Unrolled.Tests.Learning;

public class RolloutTests
{
    public static TheoryData<string> Steps => ["Runge-Kutta", "multistep", "two-step"];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Jacobian_equals_central_differences(string kind)
    {
        (Rollout rollout, double[] theta) = Example(kind, 13);
        using RolloutResiduals residuals = new(rollout);
        TriangularFactor factor = new(theta.Length + 1);
        double value = residuals.Linearize(theta, factor);
        Assert.Equal(value, residuals.Evaluate(theta));
        Assert.Equal(value, factor.SumOfSquares, 1e-10 * value);
        double[] gradient = new double[theta.Length];
        factor.Gradient(gradient);
        for (int q = 0; q < theta.Length; q++)
        {
            const double eps = 1e-6;
            double[] moved = [.. theta];
            moved[q] += eps;
            double above = residuals.Evaluate(moved);
            moved[q] -= 2 * eps;
            double below = residuals.Evaluate(moved);
            Assert.Equal((above - below) / (4 * eps), gradient[q], 1e-5 * (1 + Math.Abs(gradient[q])));
        }
    }

    [Fact]
    public void Gradient_of_the_loss_equals_that_of_the_residuals()
    {
        (Rollout rollout, double[] theta) = Example("Runge-Kutta", 77);
        using RolloutResiduals residuals = new(rollout);
        using RolloutLoss loss = new(rollout);
        TriangularFactor factor = new(theta.Length + 1);
        double[] expected = new double[theta.Length], gradient = new double[theta.Length];
        double value = residuals.Linearize(theta, factor) / rollout.Instances;
        factor.Gradient(expected);
        Assert.Equal(value, loss.Evaluate(theta, gradient), 1e-12 * value);
        for (int q = 0; q < theta.Length; q++)
        {
            Assert.Equal(2 * expected[q] / rollout.Instances, gradient[q], 1e-9 * (1 + Math.Abs(gradient[q])));
        }
    }

    [Fact]
    public void A_lost_trajectory_without_weight_does_not_count()
    {
        // y' = -a y^2 from -1e200 is no number after a step.
        TrainingTrajectories set = TrainingTrajectories.Compute(SmallFamilies.Square, [1, 2, 3], [0.2, 0.3, 0.4], 1, 2, 100);
        Rollout good = set.Roll(StepFunctions.RungeKutta(SmallFamilies.Square, 2), 4), lost = good with
        {
            InitialState = [1, -1e200, 3], Weights = [1, 0, 1, 1, 0, 1],
        };
        double[] theta = [0.9, 0.4, 0.6];
        TriangularFactor[] factors = [new(4), new(4)];
        double[] values = new double[2];
        Rollout[] both = [good with { Weights = lost.Weights }, lost];
        for (int i = 0; i < 2; i++)
        {
            using RolloutResiduals residuals = new(both[i]);
            values[i] = residuals.Linearize(theta, factors[i]);
            Assert.Equal(values[i], residuals.Evaluate(theta));
            Assert.Equal(i == 0, double.IsFinite(residuals.Errors[1]));
        }

        Assert.Equal(values[0], values[1]);
        for (int i = 0; i < 4; i++)
        {
            for (int j = i; j < 4; j++)
            {
                Assert.Equal(factors[0][i, j], factors[1][i, j]);
            }
        }
    }

    [Fact]
    public void Bits_do_not_depend_on_threads()
    {
        (Rollout rollout, double[] theta) = Example("Runge-Kutta", 300);
        TriangularFactor[] factors = [new(theta.Length + 1), new(theta.Length + 1)];
        double[] values = new double[2];
        for (int i = 0; i < 2; i++)
        {
            using RolloutResiduals residuals = new(rollout, i + 1);
            values[i] = residuals.Linearize(theta, factors[i]);
        }

        Assert.Equal(values[0], values[1]);
        for (int i = 0; i <= theta.Length; i++)
        {
            for (int j = i; j <= theta.Length; j++)
            {
                Assert.Equal(factors[0][i, j], factors[1][i, j]);
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(300)]
    [InlineData(1024)]
    public void Bits_of_the_loss_do_not_depend_on_threads_and_an_evaluation_allocates_nothing(int instances)
    {
        (Rollout rollout, double[] theta) = Example("Runge-Kutta", instances);
        double[] first = new double[theta.Length], gradient = new double[theta.Length];
        double value = 0;
        foreach (int threads in (int[])[1, 2, 3])
        {
            using RolloutLoss loss = new(rollout, threads);
            double again = loss.Evaluate(theta, gradient);
            if (threads == 1)
            {
                gradient.CopyTo(first, 0);
                value = again;
                Assert.Equal(0, Allocation.Of(() => loss.Evaluate(theta, gradient)));
            }

            Assert.Equal(value, again);
            Assert.Equal(first, gradient);
        }
    }

    [Fact]
    public void Rollout_of_a_classical_tableau_is_the_classical_method()
    {
        TrainingTrajectories trajectories = SmallFamilies.DrawVanDerPol(3, 5, horizon: 1, checkpoints: 1);
        Rollout rollout = trajectories.Roll(StepFunctions.RungeKutta(SmallFamilies.VanDerPol, 4), 8);
        using RolloutResiduals residuals = new(rollout);
        residuals.Evaluate(Tableaus.RungeKutta4.Parameters);
        for (int s = 0; s < 3; s++)
        {
            double mu = trajectories.Parameters[s];
            double[] start = [trajectories.InitialValues[s], trajectories.InitialValues[3 + s]];
            double[] end = RungeKutta.NaiveIntegrator.Integrate(
                Tableaus.RungeKutta4, (_, y) => [y[1], (mu * (1 - (y[0] * y[0])) * y[1]) - y[0]], 0, start, 1.0 / 8, 8);
            double dx = end[0] - trajectories.References[s], dy = end[1] - trajectories.References[3 + s];
            Assert.Equal(Math.Sqrt((dx * dx) + (dy * dy)), residuals.Errors[s], 1e-14);
        }
    }

    [Fact]
    public void Shapes_are_checked()
    {
        (Rollout rollout, _) = Example("Runge-Kutta", 13);
        Assert.Throws<ArgumentException>(() => new RolloutResiduals(rollout with { Weights = [1] }));
        Assert.Throws<ArgumentException>(() => new RolloutResiduals(rollout with { CheckpointEvery = 3 }));
    }

    private static (Rollout Rollout, double[] Theta) Example(string kind, int instances)
    {
        TrainingTrajectories trajectories = SmallFamilies.DrawVanDerPol(instances, 3, horizon: 2, checkpoints: 2);
        RandomStream stream = new(8);
        double[] Near(IEnumerable<double> theta) => [.. theta.Select(x => x + (0.02 * stream.NextNormal()))];
        double[] rk4 = Tableaus.RungeKutta4.Parameters.ToArray();
        return kind switch
        {
            "Runge-Kutta" => (trajectories.Roll(StepFunctions.RungeKutta(SmallFamilies.VanDerPol, 4), 8), Near(rk4)),
            "multistep" => (MultistepRollout.Of(trajectories, 3, 20), Near(new AdamsBashforth(3).Weights.ToArray())),
            _ => (trajectories.Roll(
                StepFunctions.TwoStepRungeKutta(SmallFamilies.VanDerPol, 4, 2), 8, StepFunctions.TwoStepRungeKuttaStart(SmallFamilies.VanDerPol, 4, 2)),
                Near([.. rk4, .. new double[8], .. rk4])),
        };
    }
}
