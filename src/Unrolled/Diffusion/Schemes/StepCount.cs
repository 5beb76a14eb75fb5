namespace Unrolled.Diffusion.Schemes;

/// <summary>How many steps of which size fill a diffusion time.</summary>
internal static class StepCount
{
    /// <summary>The least number of equal steps not longer than a limit.</summary>
    public static (int Count, double Size) Steps(double time, double limit)
    {
        Check(time, limit);
        // A quotient that is a whole number up to rounding is that number.
        int count = (int)Math.Ceiling((time / limit) - 1e-9);
        return count < 1 ? (time > 0 ? (1, time) : (0, limit)) : (count, time / count);
    }

    /// <summary>
    /// The shortest cycle of length <c>n</c> whose <c>limit n(n+1)/3</c> reaches the time of one of <paramref name="cycles"/> cycles, and the
    /// step size, below the limit, that makes it reach it exactly.
    /// </summary>
    public static (int Length, double Size) Cycle(double time, double limit, int cycles)
    {
        Check(time, limit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cycles);
        double share = 3 * time / (limit * cycles);
        int n = Math.Max(1, (int)Math.Ceiling((0.5 * (Math.Sqrt(1 + (4 * share)) - 1)) - 1e-9));
        return (n, 3 * time / (cycles * (double)n * (n + 1)));
    }

    private static void Check(double time, double limit)
    {
        if (!(time >= 0) || !double.IsFinite(time))
        {
            throw new ArgumentException($"the diffusion time is {time}; it must be finite and not negative");
        }

        if (!(limit > 0))
        {
            throw new ArgumentException($"the step size limit is {limit}; it must be positive");
        }
    }
}
