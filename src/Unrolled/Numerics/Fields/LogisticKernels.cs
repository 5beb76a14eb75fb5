using System.Numerics;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>The logistic function of numbers that stand for yes or no, with the cross-entropy and its gradient.</summary>
internal static class LogisticKernels
{
    /// <summary>
    /// The sum of <c>log(1 + e^z) - y z</c>, in the order of the numbers, and its gradient <c>1 / (1 + e^-z) - y</c> times a scale.
    /// </summary>
    /// <param name="z">The numbers; positive for yes.</param>
    /// <param name="y">1 for yes, 0 for no.</param>
    /// <param name="scale">What the gradient is multiplied with.</param>
    /// <param name="gradient">Where the gradient is written.</param>
    public static double CrossEntropy<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> y, double scale, Span<T> gradient)
        where T : struct, IFloatingPointIeee754<T>
    {
        double sum = 0;
        Span<double> lane = stackalloc double[V.Count];
        for (int first = 0; first < z.Length; first += V.Count)
        {
            int count = Math.Min(V.Count, z.Length - first);
            lane.Clear();
            for (int i = 0; i < count; i++)
            {
                lane[i] = double.CreateChecked(z[first + i]);
            }

            V value = Vector512.Create<double>(lane), decay = ElementaryExponential.Exp(-Vector512.Abs(value)); // never overflows
            V loss = ElementaryExponential.Log(V.One + decay), other = V.One / (V.One + decay);
            V probability = Vector512.ConditionalSelect(Vector512.GreaterThan(value, V.Zero), other, V.One - other);
            for (int i = 0; i < count; i++)
            {
                double target = double.CreateChecked(y[first + i]);
                sum += loss[i] + Math.Max(lane[i], 0) - (target * lane[i]);
                gradient[first + i] = T.CreateChecked(scale * (probability[i] - target));
            }
        }

        return sum;
    }
}
