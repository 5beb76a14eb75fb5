using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// Instances that are integrated together: copies of their states and parameters, a multiple of eight wide. Lanes behind
/// the last instance repeat it, so that kernels always find whole vectors of sane numbers.
/// </summary>
internal sealed class FixedStepChunk
{
    /// <summary>Copies the instances.</summary>
    public FixedStepChunk(InitialValueProblem problem, int first, int count, double h, BatchArena arena)
    {
        (Problem, First, Count, StepSize, Arena) = (problem, first, count, h, arena);
        Lanes = (count + 7) / 8 * 8;
        State = Copy(problem.InitialValues);
        Parameters = Copy(problem.Parameters);
    }

    public InitialValueProblem Problem { get; }

    public int First { get; }

    public int Count { get; }

    public int Lanes { get; }

    public double StepSize { get; }

    public BatchArena Arena { get; }

    public Batch State { get; }

    public Batch Parameters { get; }

    /// <summary>The time after <paramref name="steps"/> steps.</summary>
    public double Time(int steps) => Problem.StartTime + (steps * StepSize);

    /// <summary>Numbers for a uniform input, in memory that does not move.</summary>
    public Batch Uniform(ReadOnlySpan<double> numbers)
    {
        Batch pinned = Arena.Take(Math.Max(1, numbers.Length), 1);
        numbers.CopyTo(pinned.Values);
        return pinned;
    }

    private Batch Copy(Batch source)
    {
        Batch copy = Arena.Take(source.Components, Lanes);
        for (int i = 0; i < source.Components; i++)
        {
            ReadOnlySpan<double> row = source.Row(i).Slice(First, Count);
            row.CopyTo(copy.Row(i));
            copy.Row(i)[Count..].Fill(row[^1]);
        }

        return copy;
    }
}
