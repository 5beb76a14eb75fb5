using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>What every solution of nonlinear systems must satisfy, whatever happened.</summary>
internal static class NonlinearTruth
{
    /// <summary>Reported residuals are those of the returned iterates, which are finite and no worse than the start; convergence is claimed where, and only where, they say so.</summary>
    public static void Holds(NonlinearSystem problem, Solution solution, double tolerance = 1e-8)
    {
        for (int s = 0; s < problem.Instances; s++)
        {
            Outcome outcome = solution.Outcome(s);
            double residual = Residual(problem, solution.Iterate, s), start = Residual(problem, problem.InitialIterate!.Value, s);
            if (outcome.Termination == Termination.Converged)
            {
                Assert.True(residual <= tolerance * start * (1 + 1e-9), $"converged at {residual} from {start}");
            }

            if (double.IsFinite(start))
            {
                Assert.Equal(residual, outcome.Residual, 1e-12 * residual);
                Assert.True(residual <= start * (1 + 1e-12), $"the start had {start}, the result {residual}: {outcome}");
                Assert.True(outcome.Termination == Termination.Converged || outcome.Residual > tolerance * start * (1 - 1e-9), outcome.ToString());
            }
            else
            {
                Assert.Equal(Termination.NonFinite, outcome.Termination);
            }

            Assert.All(solution.Iterate.Select([s]).Values.ToArray(), x => Assert.True(double.IsFinite(x)));
        }
    }

    /// <summary>||F(x)|| of one instance, from an evaluation of that instance alone.</summary>
    public static double Residual(NonlinearSystem problem, Batch x, int instance)
    {
        Batch value = Batch.Zeros(problem.Components, 1);
        problem.Operator.Select([instance]).Evaluate(x.Select([instance]), value);
        double largest = value.Values.ToArray().Max(Math.Abs);
        return largest == 0 || !double.IsFinite(largest) ? largest : largest * Math.Sqrt(value.Values.ToArray().Sum(v => v / largest * (v / largest)));
    }
}
