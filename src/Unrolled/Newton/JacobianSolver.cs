using System.Buffers;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Newton;

/// <summary>Newton's direction <c>d = -J^-1 F</c> for every instance of a chunk, by a dense factorization over the batch.</summary>
/// <remarks>Where J is singular d is 0: no direction.</remarks>
internal static class JacobianSolver
{
    /// <summary>The numbers per instance that the entries take.</summary>
    public static int Scalars(INonlinearOperator f) => checked(f.Components * f.Components);

    /// <summary>Computes the direction.</summary>
    /// <param name="f">The operator.</param>
    /// <param name="workspace">The memory of the run, at the iterate.</param>
    /// <param name="linearization">What the operator left at the iterate.</param>
    /// <param name="entries">The first scalar for the entries.</param>
    /// <param name="value">F at the iterate.</param>
    /// <param name="direction">Receives d.</param>
    /// <param name="unit">A vector to use.</param>
    /// <param name="column">Another one.</param>
    public static void Solve(INonlinearOperator f, Workspace workspace, Batch linearization, int entries, Batch value, Batch direction, Batch unit, Batch column)
    {
        int n = f.Components, instances = workspace.Instances;
        Batch jacobian = workspace.Scalars(entries, n * n);
        unit.Values.Clear();
        for (int j = 0; j < n; j++)
        {
            unit.Row(j).Fill(1);
            f.ApplyJacobian(workspace.Iterate, linearization, unit, column);
            unit.Row(j).Clear();
            for (int i = 0; i < n; i++)
            {
                column.Row(i).CopyTo(jacobian.Row((i * n) + j));
            }
        }

        workspace.Products += n;
        Kernels.Multiply(-1.0, value.Values, direction.Values);
        double[] scratch = ArrayPool<double>.Shared.Rent(BatchedLu.ScratchLength(n));
        bool[] singular = ArrayPool<bool>.Shared.Rent(instances);
        if (BatchedLu.Solve(jacobian.Values, direction.Values, n, instances, scratch, singular.AsSpan(0, instances)) > 0)
        {
            for (int s = 0; s < instances; s++)
            {
                for (int i = 0; singular[s] && i < n; i++)
                {
                    direction[i, s] = 0;
                }
            }
        }

        ArrayPool<double>.Shared.Return(scratch);
        ArrayPool<bool>.Shared.Return(singular);
    }
}
