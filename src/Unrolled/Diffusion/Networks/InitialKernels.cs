using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>Kernels of zero mean to begin a training with, scaled so that the bank has about the norm 1.</summary>
internal static class InitialKernels
{
    /// <summary>
    /// Of one channel and with at most as many filters as the discrete cosine basis has functions beside the constant: these, from low to high
    /// frequencies. Else normal numbers less their mean.
    /// </summary>
    public static void Write(BankShape bank, Span<double> kernels, RandomStream random)
    {
        int points = bank.KernelRows * bank.KernelColumns;
        bool cosines = bank.Channels == 1 && bank.KernelRows > 1 && bank.Filters < points;
        (int Row, int Column)[] frequencies =
        [
            .. Enumerable.Range(1, points - 1)
                .Select(k => (Row: k / bank.KernelColumns, Column: k % bank.KernelColumns))
                .OrderBy(f => (f.Row * f.Row) + (f.Column * f.Column)).ThenBy(f => f.Row),
        ];
        for (int k = 0; k < bank.Filters * bank.Channels; k++)
        {
            Span<double> kernel = kernels.Slice(k * points, points);
            double sum = 0;
            for (int p = 0; p < points; p++)
            {
                kernel[p] = cosines
                    ? Cosine(frequencies[k].Row, p / bank.KernelColumns, bank.KernelRows) * Cosine(frequencies[k].Column, p % bank.KernelColumns, bank.KernelColumns)
                    : random.NextNormal();
                sum += kernel[p];
            }

            double norm = 0;
            foreach (ref double value in kernel)
            {
                value -= sum / points;
                norm += value * value;
            }

            double scale = 1 / Math.Sqrt(norm * (cosines ? points : 2.0 * bank.Filters * bank.Channels));
            Kernels.Multiply<double>(scale, kernel, kernel);
        }
    }

    private static double Cosine(int frequency, int position, int count) => Math.Cos(Math.PI * frequency * (position + 0.5) / count);
}
