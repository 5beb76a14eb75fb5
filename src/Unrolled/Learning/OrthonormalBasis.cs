using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>Orthonormal bases of the rows of a matrix and of its null space, by Gram-Schmidt done twice; dependent vectors are left out.</summary>
internal static class OrthonormalBasis
{
    /// <summary>The null space and the span of the rows, as columns; null for one that holds nothing but zero.</summary>
    public static (Matrix? Tangent, Matrix? Normal) Split(Matrix rows)
    {
        List<double[]> basis = [];
        for (int i = 0; i < rows.Rows; i++)
        {
            Extend(basis, rows.Row(i).ToArray());
        }

        int normal = basis.Count;
        for (int i = 0; i < rows.Columns; i++)
        {
            double[] unit = new double[rows.Columns];
            unit[i] = 1;
            Extend(basis, unit);
        }

        return (Columns(basis[normal..], rows.Columns), Columns(basis[..normal], rows.Columns));
    }

    private static Matrix? Columns(List<double[]> vectors, int length)
    {
        if (vectors.Count == 0)
        {
            return null;
        }

        Matrix columns = new(length, vectors.Count);
        for (int j = 0; j < vectors.Count; j++)
        {
            for (int i = 0; i < length; i++)
            {
                columns[i, j] = vectors[j][i];
            }
        }

        return columns;
    }

    private static void Extend(List<double[]> basis, double[] vector)
    {
        double before = Math.Sqrt(vector.Sum(x => x * x));
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] direction in basis)
            {
                double product = Kernels.Dot<double>(vector, direction);
                Kernels.MultiplyAdd<double>(-product, direction, vector, vector);
            }
        }

        double norm = Math.Sqrt(vector.Sum(x => x * x));
        if (norm > 1e-8 * before && norm > 0)
        {
            Kernels.Multiply<double>(1 / norm, vector, vector);
            basis.Add(vector);
        }
    }
}
