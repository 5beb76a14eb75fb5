using Unrolled.Operators;

namespace Unrolled.Learning.Fields;

/// <summary>Placeholder.</summary>
internal static class NormBound
{
    private const int Samples = 32;

    public static double Evaluate(ConvolutionBank<double> bank, Span<double> gradient)
    {
        int kr = bank.KernelRows, kc = bank.KernelColumns, rows = kr == 1 ? 1 : Samples;
        double best = -1;
        double bestRow = 0, bestColumn = 0;
        for (int a = 0; a < rows; a++)
        {
            for (int b = 0; b <= Samples / 2; b++)
            {
                double wr = 2 * Math.PI * a / Samples, wc = 2 * Math.PI * b / Samples, power = 0;
                for (int c = 0; c < bank.Filters; c++)
                {
                    (double re, double im) = Symbol(bank.Kernel(c, 0), kc, wr, wc);
                    power += (re * re) + (im * im);
                }

                if (power > best)
                {
                    (best, bestRow, bestColumn) = (power, wr, wc);
                }
            }
        }

        double norm = Math.Sqrt(best);
        for (int c = 0; c < bank.Filters; c++)
        {
            (double re, double im) = Symbol(bank.Kernel(c, 0), kc, bestRow, bestColumn);
            for (int p = 0; p < kr * kc; p++)
            {
                double phase = (bestRow * (p / kc)) + (bestColumn * (p % kc));
                gradient[(c * kr * kc) + p] = ((re * Math.Cos(phase)) + (im * Math.Sin(phase))) / norm;
            }
        }

        return norm;
    }

    private static (double Re, double Im) Symbol(ReadOnlySpan<double> kernel, int columns, double wr, double wc)
    {
        double re = 0, im = 0;
        for (int p = 0; p < kernel.Length; p++)
        {
            double phase = (wr * (p / columns)) + (wc * (p % columns));
            re += kernel[p] * Math.Cos(phase);
            im += kernel[p] * Math.Sin(phase);
        }

        return (re, im);
    }
}
