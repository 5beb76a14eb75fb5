using System.Buffers;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Newton;

/// <summary>
/// Newton's direction <c>d = -J^-1 F</c> for every instance of a chunk: a dense factorization over the batch, or a sparse one where J has a
/// pattern, more than 64 unknowns and at most a quarter of its entries.
/// </summary>
/// <remarks>
/// Sparse: order and pivots belong to the pattern and are shared by all chunks and threads (<see cref="PatternFactorization"/>). An instance for
/// which those pivots are bad is factored with pivots of its own, which allocates. Where J is singular d is 0: no direction.
/// </remarks>
internal static class JacobianSolver
{
    private const int LargestDense = 64;
    private const double LargestGrowth = 1e6;

    /// <summary>The numbers per instance that the entries take.</summary>
    public static int Scalars(INonlinearOperator f)
    {
        int n = f.Components;
        return f.JacobianPattern is SparsityPattern pattern ? checked(pattern.Count + (IsSparse(pattern) ? 0 : n * n)) : checked(n * n);
    }

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
        Kernels.Multiply(-1.0, value.Values, direction.Values);
        if (f.JacobianPattern is not SparsityPattern pattern)
        {
            Batch columns = workspace.Scalars(entries, f.Components * f.Components);
            FillColumns(f, workspace, linearization, columns, unit, column);
            SolveDense(columns, direction);
            return;
        }

        Batch known = workspace.Scalars(entries, pattern.Count);
        f.JacobianEntries(workspace.Iterate, linearization, known);
        workspace.Products += f.JacobianCost;
        if (IsSparse(pattern))
        {
            SolveSparse(pattern, known, value, direction);
            return;
        }

        Batch jacobian = workspace.Scalars(entries + pattern.Count, f.Components * f.Components);
        jacobian.Values.Clear();
        for (int i = 0; i < pattern.RowCount; i++)
        {
            for (int k = pattern.RowStart[i]; k < pattern.RowStart[i + 1]; k++)
            {
                known.Row(k).CopyTo(jacobian.Row((i * f.Components) + pattern.Columns[k]));
            }
        }

        SolveDense(jacobian, direction);
    }

    private static bool IsSparse(SparsityPattern pattern) => pattern.RowCount > LargestDense && 4L * pattern.Count <= (long)pattern.RowCount * pattern.RowCount;

    private static void FillColumns(INonlinearOperator f, Workspace workspace, Batch linearization, Batch jacobian, Batch unit, Batch column)
    {
        int n = f.Components;
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
    }

    private static void SolveDense(Batch jacobian, Batch direction)
    {
        int n = direction.Components, instances = direction.Instances;
        double[] scratch = ArrayPool<double>.Shared.Rent(BatchedLu.ScratchLength(n));
        bool[] singular = ArrayPool<bool>.Shared.Rent(instances);
        if (BatchedLu.Solve(jacobian.Values, direction.Values, n, instances, scratch, singular.AsSpan(0, instances)) > 0)
        {
            for (int s = 0; s < instances; s++)
            {
                if (singular[s])
                {
                    Clear(direction, s);
                }
            }
        }

        ArrayPool<double>.Shared.Return(scratch);
        ArrayPool<bool>.Shared.Return(singular);
    }

    private static void SolveSparse(SparsityPattern pattern, Batch entries, Batch value, Batch direction)
    {
        if (direction.Instances == 1)
        {
            SolveSingle(pattern, entries, value, direction);
            return;
        }

        BatchedSparseLu lu = pattern.Factorization.Rent(direction.Instances);
        lu.Solve(entries, direction, direction);
        for (int s = 0; s < direction.Instances; s++)
        {
            if (lu.Singular[s] || !(lu.PivotGrowth[s] < LargestGrowth))
            {
                SolveAlone(pattern, entries, value, direction, s);
            }
        }

        pattern.Factorization.Return(lu);
    }

    /// <summary>The same numbers without seven lanes that nobody asked for.</summary>
    private static void SolveSingle(SparsityPattern pattern, Batch entries, Batch value, Batch direction)
    {
        SparseLu lu = pattern.Factorization.RentSingle();
        lu.Refactor(entries.Values);
        if (lu.IsSingular || !(lu.PivotGrowth < LargestGrowth))
        {
            SolveAlone(pattern, entries, value, direction, 0);
        }
        else
        {
            lu.Solve(direction.Values, direction.Values);
        }

        pattern.Factorization.Return(lu);
    }

    private static void SolveAlone(SparsityPattern pattern, Batch entries, Batch value, Batch direction, int instance)
    {
        double[] a = new double[pattern.Count], d = new double[pattern.RowCount];
        for (int k = 0; k < a.Length; k++)
        {
            a[k] = entries[k, instance];
        }

        for (int i = 0; i < d.Length; i++)
        {
            d[i] = -value[i, instance];
        }

        if (!Array.TrueForAll(a, double.IsFinite) || SparseLu.Factor(pattern, a) is not { IsSingular: false } own)
        {
            Clear(direction, instance);
            return;
        }

        own.Solve(d, d);
        for (int i = 0; i < d.Length; i++)
        {
            direction[i, instance] = d[i];
        }
    }

    private static void Clear(Batch direction, int instance)
    {
        for (int i = 0; i < direction.Components; i++)
        {
            direction[i, instance] = 0;
        }
    }
}
