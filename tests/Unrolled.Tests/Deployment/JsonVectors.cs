using Unrolled.Numerics;

namespace Unrolled.Tests.Deployment;

/// <summary>What readers of exported JSON compute with vectors, in the order and with the fused products of the library.</summary>
internal static class JsonVectors
{
    /// <summary><c>x + sum_l row_l v_l</c>.</summary>
    public static double[] Combined(double[] x, double[] row, List<double[]> v) =>
        [.. x.Select((value, i) => row.Select((w, l) => (w, l)).Aggregate(value, (sum, t) => Math.FusedMultiplyAdd(t.w, v[t.l][i], sum)))];

    /// <summary>The Euclidean norm.</summary>
    public static double Norm(double[] x)
    {
        double[] norm = new double[1];
        BatchKernels.Norm(Batch.Of(x), norm);
        return norm[0];
    }
}
