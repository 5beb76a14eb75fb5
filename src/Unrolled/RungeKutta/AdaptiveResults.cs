using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>Where adaptive runs leave what they find; groups write to different instances.</summary>
internal sealed class AdaptiveResults
{
    public AdaptiveResults(InitialValueProblem problem, int checkpoints)
    {
        States = Batch.Zeros(checkpoints * problem.Components, problem.Instances);
        States.Values.Fill(double.NaN);
        Last = Batch.Zeros(problem.Components, problem.Instances);
        Outcomes = new IntegrationOutcome[problem.Instances];
        Times = new double[checkpoints];
        for (int c = 0; c < checkpoints; c++)
        {
            Times[c] = problem.StartTime + (problem.Horizon * ((c + 1.0) / checkpoints));
        }
    }

    public double[] Times { get; }

    public Batch States { get; }

    public Batch Last { get; }

    public IntegrationOutcome[] Outcomes { get; }
}
