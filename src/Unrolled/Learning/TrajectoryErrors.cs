namespace Unrolled.Learning;

/// <summary>How the errors of many trajectories become one number.</summary>
public static class TrajectoryErrors
{
    /// <summary>The error that counts for a trajectory that was lost (not a number, or larger).</summary>
    public const double Lost = 1e10;

    /// <summary>The largest error of every instance, from errors of shape (checkpoints, instances).</summary>
    public static double[] Largest(ReadOnlySpan<double> errors, int instances)
    {
        double[] largest = new double[instances];
        for (int k = 0; k < errors.Length; k++)
        {
            double error = errors[k] < Lost ? errors[k] : Lost;
            largest[k % instances] = Math.Max(largest[k % instances], error);
        }

        return largest;
    }

    /// <summary><c>exp(mean(log e))</c>.</summary>
    public static double GeometricMean(ReadOnlySpan<double> errors)
    {
        double sum = 0;
        foreach (double error in errors)
        {
            sum += Math.Log(Math.Max(error, double.Epsilon));
        }

        return Math.Exp(sum / errors.Length);
    }
}
