using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Operators;

/// <summary>The matrix of an operator, column by column from unit vectors, and batches of random numbers.</summary>
internal static class Assembled
{
    public static Matrix Of(ILinearOperator a, int instance = 0)
    {
        ILinearOperator one = a.Select([instance]);
        var matrix = new Matrix(a.Rows, a.Columns);
        Batch unit = Batch.Zeros(a.Columns, 1), column = Batch.Zeros(a.Rows, 1);
        for (int j = 0; j < a.Columns; j++)
        {
            unit.Values.Clear();
            unit[j, 0] = 1;
            one.Apply(unit, column);
            for (int i = 0; i < a.Rows; i++)
            {
                matrix[i, j] = column[i, 0];
            }
        }

        return matrix;
    }

    public static Batch Random(int components, int instances, RandomStream stream)
    {
        Batch batch = Batch.Zeros(components, instances);
        foreach (ref double value in batch.Values)
        {
            value = stream.NextUniform(-1, 1);
        }

        return batch;
    }

    public static double[] Instance(Batch batch, int instance)
    {
        return batch.Select([instance]).Values.ToArray();
    }
}
