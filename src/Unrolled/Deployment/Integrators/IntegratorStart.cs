using Unrolled.RungeKutta;

namespace Unrolled.Deployment.Integrators;

/// <summary>
/// How a multistep method with <c>k</c> weights makes its first <c>m = k - 1</c> steps: one step of size <c>m h</c> of a one-step method,
/// whose stages <c>K_j</c> lead to the states at the ends of all the small ones, <c>y_i = y_0 + (m h) sum_j w_ij K_j</c>. Remembered are the
/// derivatives at the beginnings of the small steps.
/// </summary>
/// <param name="Method">The name of the one-step method.</param>
/// <param name="Rows">Row j leads to stage j and has j weights.</param>
/// <param name="Nodes">The time of stage j is <c>t_0 + m h c_j</c>.</param>
/// <param name="States">m rows; row i leads to the state after i + 1 steps and has a weight for each of the stages.</param>
public sealed record IntegratorStart(string Method, IReadOnlyList<double[]> Rows, IReadOnlyList<double> Nodes, IReadOnlyList<double[]> States)
{
    /// <summary>The number m of steps that are made.</summary>
    public int Steps => States.Count;

    /// <summary>The number of stages.</summary>
    public int Stages => Rows.Count;

    /// <summary>The start of a multistep method; null for one that remembers nothing.</summary>
    public static IntegratorStart? Of(FixedStepMultistep method)
    {
        ArgumentNullException.ThrowIfNull(method);
        int steps = method.Weights.Length - 1;
        if (steps == 0)
        {
            return null;
        }

        // Of its evaluations all but those at the states between are stages.
        DenseOutput dense = method.Starter.DenseOutput;
        int stages = method.StartEvaluations - (steps - 1);
        double[][] rows = [.. Enumerable.Range(0, stages).Select(j => dense.Row(j).ToArray())];
        double[][] states = [.. Enumerable.Range(0, steps).Select(_ => new double[dense.Stages])];
        for (int i = 0; i < steps; i++)
        {
            dense.Weights((i + 1.0) / steps, states[i]);
        }

        return new(method.Starter.Name, rows, [.. rows.Select(r => PackedTriangle.Sum<double>(r))], [.. states.Select(w => w[..stages])]);
    }
}
