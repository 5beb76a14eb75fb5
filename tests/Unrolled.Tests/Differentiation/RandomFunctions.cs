using Unrolled.Differentiation;

namespace Unrolled.Tests.Differentiation;

/// <summary>Random functions of y (4, per instance), p (3, per instance) and t, over every operation.</summary>
internal static class RandomFunctions
{
    public static Function Create(int seed, int operations)
    {
        Random random = new(seed);
        FunctionBuilder builder = new();
        Expression[] y = builder.Input("y", 4), p = builder.Input("p", 3);
        List<Expression> pool = [.. y, .. p, builder.Uniform("t"), 0.5, -1.25, 3, 0.0, -0.0, 1];
        Expression Any() => pool[Math.Max(random.Next(pool.Count), random.Next(pool.Count))];
        for (int i = 0; i < operations; i++)
        {
            Expression a = Any(), b = Any();
            pool.Add(random.Next(26) switch
            {
                0 => -a,
                1 or 2 or 3 => a + b,
                4 or 5 => a - b,
                6 or 7 or 8 => a * b,
                9 => a / b,
                10 => Expression.MultiplyAdd(a, b, Any()),
                11 => Expression.Sqrt(Expression.Abs(a)),
                12 => Expression.SignOf(a),
                13 => Expression.Min(a, b),
                14 => Expression.Max(a, b),
                15 => Expression.Select(a, b, Any(), Any()),
                16 => Expression.Exp(a),
                17 => Expression.Log(a),
                18 => Expression.Log10(Expression.Abs(a)),
                19 => random.Next(3) switch { 0 => Expression.Sin(a), 1 => Expression.Cos(a), _ => Expression.Tan(a) },
                20 => random.Next(3) switch { 0 => Expression.Asin(a), 1 => Expression.Acos(a), _ => Expression.Atan(a) },
                21 => Expression.Atan2(a, b),
                22 => random.Next(3) switch { 0 => Expression.Sinh(a), 1 => Expression.Cosh(a), _ => Expression.Tanh(a) },
                23 => Expression.Pow(a, b),
                24 => Expression.Pow(a, random.Next(-5, 9)),
                _ => Expression.Abs(a),
            });
        }

        return builder.Output("dy", [.. pool.TakeLast(5)]).Build();
    }

    public static double[] Numbers(int seed, int count)
    {
        Random random = new(seed);
        double[] borders = [0.0, -0.0, double.NaN, double.PositiveInfinity, 1e308, 5e-324, 1e12];
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(40) == 0 ? borders[random.Next(borders.Length)] : (random.NextDouble() - 0.5) * 4)];
    }

    /// <summary>The same numbers, where one NaN is as good as another.</summary>
    public static void AssertSameBits(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = BitConverter.DoubleToInt64Bits(expected[i]) == BitConverter.DoubleToInt64Bits(actual[i]);
            Assert.True(same || (double.IsNaN(expected[i]) && double.IsNaN(actual[i])), $"{what}, number {i}: {expected[i]:R} and {actual[i]:R}");
        }
    }
}
