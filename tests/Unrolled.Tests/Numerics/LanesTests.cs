using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class LanesTests
{
    [Fact]
    public void SumAddsHalvesUntilOneLaneIsLeft()
    {
        double[] a = [1e16, 1, -1e16, 3, 1, 1e-3, 7, 0.1];
        double expected = ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
        Assert.Equal(expected, Lanes.Sum(Vector512.Create(a)));
    }

    [Fact]
    public void MultiplyAddRoundsOnce()
    {
        double a = 1 + double.Epsilon + Math.ScaleB(1, -30), b = 1 - Math.ScaleB(1, -30);
        Vector512<double> fused = Lanes.MultiplyAdd(Vector512.Create(a), Vector512.Create(b), Vector512.Create(-1.0));
        Assert.Equal(Math.FusedMultiplyAdd(a, b, -1.0), fused[5]);
        Assert.NotEqual((a * b) - 1.0, fused[5]);
    }

    /// <summary>Every mantissa at several exponents: both halves round as a division does.</summary>
    [Fact]
    public void ReciprocalsOfSinglePrecisionRoundAsDivisions()
    {
        const uint mantissas = 1u << 23;
        Vector512<int> lane = Vector512.CreateSequence(0, 1);
        foreach (int exponent in new[] { 0, 1, 23, 64, 124 })
        {
            for (uint m = 0; m < mantissas; m += 16)
            {
                Vector512<float> d = (Vector512.Create(((127 + exponent) << 23) + (int)m) + lane).AsSingle();
                (Vector512<float> first, Vector512<float> second) = Lanes.Reciprocals(d, d);
                if (!Vector512.EqualsAll(second, Vector512<float>.One / d) || !Vector512.EqualsAll(first, second))
                {
                    Assert.Fail($"reciprocals of {d} are {first} and {second}");
                }
            }
        }
    }

    [Fact]
    public void ReciprocalsBeyondTheNormalNumbersRoundAsDivisions()
    {
        float[] numbers = [1, 3, 4.2535296e37f, 4.253531e37f, 1e38f, float.MaxValue, float.PositiveInfinity, float.NaN];
        foreach (float number in numbers)
        {
            (Vector512<float> first, Vector512<float> second) = Lanes.Reciprocals(Vector512.Create(2f), Vector512.Create(number).WithElement(3, 7f));
            Assert.Equal(0.5f, first[5]);
            Assert.Equal(1 / number, second[0]);
            Assert.Equal(1 / 7f, second[3]);
        }
    }

    [Fact]
    public void ReciprocalsOfDoublePrecisionAreDivisions()
    {
        (Vector512<double> first, Vector512<double> second) = Lanes.Reciprocals(Vector512.Create(3.0), Vector512.Create(49.0));
        Assert.Equal((1 / 3.0, 1 / 49.0), (first[2], second[7]));
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(11)]
    public unsafe void FirstLanesAreReadAndWrittenAndNoOthers(int count)
    {
        double* source = stackalloc double[8], destination = stackalloc double[8];
        for (int i = 0; i < 8; i++)
        {
            (source[i], destination[i]) = (i + 1, -1);
        }

        Vector512<double> first = Lanes.LoadFirst(source, count);
        Lanes.StoreFirst(Vector512.Create(9.0), destination, count);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal((i < count ? i + 1 : 0, i < count ? 9 : -1), (first[i], destination[i]));
        }
    }

    [Fact]
    public void MagnitudesCompareWithNaNAboveAll()
    {
        Vector512<double> larger = Lanes.LargerMagnitude(Vector512.Create(2.0), Vector512.Create(-3, 1, double.NaN, double.NegativeInfinity, 0, -2, 2, 4.5));
        Assert.Equal([3, 2, double.NaN, double.PositiveInfinity, 2, 2, 2, 4.5], Enumerable.Range(0, 8).Select(i => Math.Abs(larger[i])));
    }
}
