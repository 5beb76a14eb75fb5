using Unrolled.Operators;

namespace Unrolled.Learning.Fields;

/// <summary>Placeholder.</summary>
internal static class NormBound
{
    private const int Samples = 32;
    private static readonly double[] Cos = [.. Enumerable.Range(0, Samples).Select(i => Math.Cos(2 * Math.PI * i / Samples))];
    private static readonly double[] Sin = [.. Enumerable.Range(0, Samples).Select(i => Math.Sin(2 * Math.PI * i / Samples))];

    public static double Evaluate(ConvolutionBank<double> bank, Span<double> gradient)
    {
        int kr = bank.KernelRows, kc = bank.KernelColumns, rows = kr == 1 ? 1 : Samples, half = (Samples / 2) + 1;
        double best = -1;
        double bestRow = 0, bestColumn = 0;
        double[] power = new double[rows * half];
        double[] hr = new double[kr * half], hi = new double[kr * half];
        for (int c = 0; c < bank.Filters; c++)
        {
            ReadOnlySpan<double> k = bank.Kernel(c, 0);
            for (int i = 0; i < kr; i++)
            {
                for (int b = 0; b < half; b++)
                {
                    double re = 0, im = 0;
                    for (int j = 0; j < kc; j++)
                    {
                        re += k[(i * kc) + j] * Cos[b * j % Samples];
                        im += k[(i * kc) + j] * Sin[b * j % Samples];
                    }

                    (hr[(i * half) + b], hi[(i * half) + b]) = (re, im);
                }
            }

            for (int a = 0; a < rows; a++)
            {
                for (int b = 0; b < half; b++)
                {
                    double re = 0, im = 0;
                    for (int i = 0; i < kr; i++)
                    {
                        double co = Cos[a * i % Samples], si = Sin[a * i % Samples];
                        re += (hr[(i * half) + b] * co) - (hi[(i * half) + b] * si);
                        im += (hr[(i * half) + b] * si) + (hi[(i * half) + b] * co);
                    }

                    power[(a * half) + b] += (re * re) + (im * im);
                }
            }
        }

        for (int i = 0; i < power.Length; i++)
        {
            if (power[i] > best)
            {
                (best, bestRow, bestColumn) = (power[i], 2 * Math.PI * (i / half) / Samples, 2 * Math.PI * (i % half) / Samples);
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
