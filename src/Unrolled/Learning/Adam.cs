using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// Adam: a gradient step scaled per parameter by running means of the gradient and its square. The state is plain
/// arrays, so that a run can be stopped and resumed with the same bits.
/// </summary>
/// <remarks>Kingma and Ba, ICLR 2015, arXiv:1412.6980, algorithm 1.</remarks>
public sealed class Adam
{
    private readonly double _firstDecay;
    private readonly double _secondDecay;

    /// <summary>Starts with zero moments.</summary>
    public Adam(int parameters, double firstDecay = 0.9, double secondDecay = 0.999)
    {
        FirstMoment = new double[parameters];
        SecondMoment = new double[parameters];
        _firstDecay = firstDecay;
        _secondDecay = secondDecay;
    }

    /// <summary>The running mean of the gradient.</summary>
    public double[] FirstMoment { get; }

    /// <summary>The running mean of its squares.</summary>
    public double[] SecondMoment { get; }

    /// <summary>How many steps were taken.</summary>
    public int Steps { get; set; }

    /// <summary>A copy of all of it as one vector: the number of steps, the first and the second moments.</summary>
    public double[] State
    {
        get => [Steps, .. FirstMoment, .. SecondMoment];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Steps = (int)value[0];
            value.AsSpan(1, FirstMoment.Length).CopyTo(FirstMoment);
            value.AsSpan(1 + FirstMoment.Length).CopyTo(SecondMoment);
        }
    }

    /// <summary>
    /// Takes one step against the gradient, which is shortened to a norm first if it is longer. A gradient that is not finite is passed over, without a step.
    /// </summary>
    /// <returns>Whether a step was taken.</returns>
    public bool Step(Span<double> parameters, Span<double> gradient, double rate, double largestNorm)
    {
        double norm = Math.Sqrt(Kernels.Dot<double>(gradient, gradient));
        if (!double.IsFinite(norm))
        {
            return false;
        }

        if (norm > largestNorm)
        {
            Kernels.Multiply(largestNorm / norm, gradient, gradient);
        }

        Step(parameters, gradient, rate);
        return true;
    }

    /// <summary>Takes one step against the gradient.</summary>
    public void Step(Span<double> parameters, ReadOnlySpan<double> gradient, double rate)
    {
        const double epsilon = 1e-8;
        Steps++;
        double first = 1 - Math.Pow(_firstDecay, Steps), second = 1 - Math.Pow(_secondDecay, Steps);
        for (int i = 0; i < parameters.Length; i++)
        {
            FirstMoment[i] = (_firstDecay * FirstMoment[i]) + ((1 - _firstDecay) * gradient[i]);
            SecondMoment[i] = (_secondDecay * SecondMoment[i]) + ((1 - _secondDecay) * gradient[i] * gradient[i]);
            parameters[i] -= rate * (FirstMoment[i] / first) / (Math.Sqrt(SecondMoment[i] / second) + epsilon);
        }
    }
}
