using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>What every solution must satisfy, whatever happened.</summary>
internal static class Truth
{
    /// <summary>The reported residuals are those of the returned iterates, and convergence is claimed where, and only where, they say so.</summary>
    public static void Holds(LinearSystem problem, Solution solution, double tolerance = 1e-8)
    {
        for (int s = 0; s < problem.Instances; s++)
        {
            Outcome outcome = solution.Outcome(s);
            double residual = TrueResidual(problem, solution, s, out double reference, out double rounding);
            if (outcome.Termination == Termination.Converged)
            {
                Assert.True(residual <= (tolerance * reference * (1 + 1e-9)) + rounding, $"converged at {residual / reference}");
            }

            if (double.IsFinite(residual))
            {
                Assert.Equal(residual, outcome.Residual, (1e-9 * residual) + rounding);
            }
            else
            {
                Assert.NotEqual(Termination.Converged, outcome.Termination);
            }

            Assert.Equal(outcome.Termination == Termination.Converged, outcome.Termination.Remedy().Length == 0 && outcome.Termination != Termination.Canceled);
        }
    }

    /// <summary>Two solutions of one problem agree to the bit, in iterates and in everything measured.</summary>
    public static void SameBits(Solution expected, Solution actual, int instance = 0, int? actualInstance = null)
    {
        int other = actualInstance ?? instance;
        Assert.Equal(expected.Outcome(instance), actual.Outcome(other));
        for (int i = 0; i < expected.Iterate.Components; i++)
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Iterate[i, instance]), BitConverter.DoubleToInt64Bits(actual.Iterate[i, other]));
        }
    }

    private static double TrueResidual(LinearSystem problem, Solution solution, int s, out double reference, out double rounding)
    {
        var a = Unrolled.Tests.Operators.Assembled.Of(problem.Operator, problem.Operator.Instances == 1 ? 0 : s);
        double square = 0, referenceSquare = 0;
        rounding = 0;
        for (int i = 0; i < problem.Components; i++)
        {
            double r = problem.RightHandSide[i, s];
            referenceSquare += r * r;
            for (int j = 0; j < problem.Components; j++)
            {
                double term = a[i, j] * solution.Iterate[j, s];
                r -= term;
                rounding += 1e-14 * Math.Abs(term);
            }

            square += r * r;
        }

        rounding += 1e-14 * Math.Sqrt(referenceSquare);
        reference = referenceSquare == 0 ? double.PositiveInfinity : Math.Sqrt(referenceSquare);
        return Math.Sqrt(square);
    }
}
