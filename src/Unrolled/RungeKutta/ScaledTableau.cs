using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>The numbers of <see cref="RungeKuttaStep"/> for a chunk: one column for all instances, or one for each lane.</summary>
/// <param name="W">h times the nonzero coefficients, a row for each.</param>
/// <param name="D">h times the nodes, a row for each stage.</param>
internal readonly record struct ScaledTableau(Batch W, Batch D)
{
    /// <summary>Those of one tableau for all instances.</summary>
    public static ScaledTableau Of(ButcherTableau tableau, FixedStepChunk chunk) => new(
        chunk.Uniform(RungeKuttaStep.ScaledCoefficients(tableau, chunk.StepSize)), chunk.Uniform(RungeKuttaStep.ScaledNodes(tableau, chunk.StepSize)));

    /// <summary>
    /// Those of a method whose tableau depends on the parameters of each instance; an instance for which it falls back has the parent's numbers.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="pattern">A tableau that is zero where the coefficients of all instances are, with as many stages or without the last.</param>
    /// <param name="chunk">The instances.</param>
    public static ScaledTableau Of(LearnedRungeKutta method, ButcherTableau pattern, FixedStepChunk chunk)
    {
        double h = chunk.StepSize;
        ReadOnlySpan<double> shape = pattern.Parameters;
        Batch w = chunk.Arena.Take(shape.Length - shape.Count(0.0), chunk.Lanes), d = chunk.Arena.Take(pattern.Stages, chunk.Lanes);
        double[] theta = new double[method.Parent.Parameters.Length], p = new double[chunk.Parameters.Components];
        for (int s = 0; s < chunk.Lanes; s++)
        {
            for (int i = 0; i < p.Length; i++)
            {
                p[i] = chunk.Parameters[i, s];
            }

            method.TryCoefficients(h, p, theta);
            int next = 0;
            for (int q = 0; q < shape.Length; q++)
            {
                if (shape[q] != 0)
                {
                    w[next++, s] = h * theta[q];
                }
            }

            for (int i = 0; i < pattern.Stages; i++)
            {
                d[i, s] = h * PackedTriangle.Sum(PackedTriangle.Row<double>(theta, i));
            }
        }

        return new(w, d);
    }
}
