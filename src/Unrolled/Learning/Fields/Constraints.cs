using Unrolled.Diffusion.Networks;

namespace Unrolled.Learning.Fields;

/// <summary>Maps from free variables to numbers that obey a constraint, their inverses, and the adjoints of their derivatives.</summary>
internal static class Constraints
{
    private const double LargestLogit = 12; // the inverse of 0 and 1 is where the logistic function is flat but not dead

    /// <summary>The numbers that the variables stand for.</summary>
    /// <param name="constraint">What the numbers obey.</param>
    /// <param name="row">How many numbers of a simplex stand together.</param>
    /// <param name="variables">The variables.</param>
    /// <param name="numbers">Receives the numbers.</param>
    public static void Map(NumberConstraint constraint, int row, ReadOnlySpan<double> variables, Span<double> numbers)
    {
        switch (constraint)
        {
            case NumberConstraint.None:
                variables.CopyTo(numbers);
                break;
            case NumberConstraint.Fraction:
                for (int i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = Logistic(variables[i]);
                }

                break;
            case NumberConstraint.Simplex:
                for (int r = 0; r < numbers.Length; r += row)
                {
                    Shares(variables.Slice(r, row), numbers.Slice(r, row));
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(constraint), $"no map for {constraint}");
        }
    }

    /// <summary>Variables that stand for the numbers.</summary>
    public static void Invert(NumberConstraint constraint, ReadOnlySpan<double> numbers, Span<double> variables)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            variables[i] = constraint switch
            {
                NumberConstraint.None => numbers[i],
                NumberConstraint.Fraction => Math.Clamp(Math.Log(numbers[i] / (1 - numbers[i])), -LargestLogit, LargestLogit),
                NumberConstraint.Simplex => Math.Log(Math.Max(numbers[i], 1e-6)),
                _ => throw new ArgumentOutOfRangeException(nameof(constraint), $"no map for {constraint}"),
            };
        }
    }

    /// <summary>From the gradient of the numbers to that of the variables.</summary>
    /// <param name="constraint">What the numbers obey.</param>
    /// <param name="row">How many numbers of a simplex stand together.</param>
    /// <param name="variables">The variables.</param>
    /// <param name="numberGradient">The gradient with respect to the numbers.</param>
    /// <param name="gradient">Becomes that with respect to the variables.</param>
    public static void Pull(NumberConstraint constraint, int row, ReadOnlySpan<double> variables, ReadOnlySpan<double> numberGradient, Span<double> gradient)
    {
        switch (constraint)
        {
            case NumberConstraint.None:
                numberGradient.CopyTo(gradient);
                break;
            case NumberConstraint.Fraction:
                for (int i = 0; i < gradient.Length; i++)
                {
                    double x = Logistic(variables[i]);
                    gradient[i] = numberGradient[i] * x * (1 - x);
                }

                break;
            case NumberConstraint.Simplex:
                Span<double> shares = stackalloc double[row];
                for (int r = 0; r < gradient.Length; r += row)
                {
                    Shares(variables.Slice(r, row), shares);
                    double mean = 0;
                    for (int i = 0; i < row; i++)
                    {
                        mean += shares[i] * numberGradient[r + i];
                    }

                    for (int i = 0; i < row; i++)
                    {
                        gradient[r + i] = shares[i] * (numberGradient[r + i] - mean);
                    }
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(constraint), $"no map for {constraint}");
        }
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static void Shares(ReadOnlySpan<double> variables, Span<double> shares)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double v in variables)
        {
            largest = Math.Max(largest, v);
        }

        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = Math.Exp(variables[i] - largest);
            sum += shares[i];
        }

        foreach (ref double share in shares)
        {
            share /= sum;
        }
    }
}
