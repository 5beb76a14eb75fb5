using Unrolled.Newton;
using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>Where fits of learned nonlinear solvers begin: near fixed-point steps of several lengths, so that one bad valley does not decide.</summary>
public static class SolverStarts
{
    private static readonly double[] Lengths = [1, 0.5, 0.3, 0.8, 0.15];

    /// <summary>The most starts.</summary>
    public static int Most => 20;

    /// <summary>Start number <paramref name="index"/>: the first is the plain fixed-point iteration, the others are perturbed.</summary>
    /// <param name="index">The number, from 0.</param>
    /// <param name="innerEvaluations">n.</param>
    /// <param name="coordinates">The number of coordinates that the weights may depend on.</param>
    /// <param name="degree">Their degree in them.</param>
    /// <param name="stream">Draws the perturbations, 10 % of each weight.</param>
    public static LearnedCoefficients Number(int index, int innerEvaluations, int coordinates, int degree, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RandomStream own = stream.Split((ulong)index);
        int basis = LearnedCoefficients.BasisLengthFor(coordinates, degree), weights = innerEvaluations * (innerEvaluations + 1) / 2;
        double[] values = new double[weights * basis];
        for (int w = 0; w < weights; w++)
        {
            values[w * basis] = -Lengths[index % Lengths.Length] * (1 + (index == 0 ? 0 : 0.1 * own.NextNormal()));
        }

        return new LearnedCoefficients(innerEvaluations, coordinates, degree, values);
    }
}
