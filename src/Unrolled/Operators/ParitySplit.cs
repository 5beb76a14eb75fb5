namespace Unrolled.Operators;

/// <summary>
/// The parts of each filter that are even or odd in each direction, part <c>p</c> multiplied with <c>h_p = (sum over q of n_q/n_p)^(1/2)</c>, where <c>n_p</c> is its Frobenius
/// norm over all channels. Parts that vanish are left out.
/// </summary>
internal sealed class ParitySplit
{
    private readonly ConvolutionBank<double> _bank;
    private readonly List<(int Filter, int Parity, double Norm, double Factor)> _parts;

    private ParitySplit(ConvolutionBank<double> bank, List<(int Filter, int Parity, double Norm, double Factor)> parts, double[] kernels)
    {
        (_bank, _parts, Kernels) = (bank, parts, kernels);
    }

    /// <summary>The parts as filters of a larger bank.</summary>
    public double[] Kernels { get; }

    private int FilterLength => _bank.Kernels.Length / _bank.Filters;

    /// <summary>Splits a bank.</summary>
    public static ParitySplit Of(ConvolutionBank<double> bank)
    {
        var parts = new List<(int Filter, int Parity, double Norm, double Factor)>();
        var kernels = new List<double>();
        int length = bank.Kernels.Length / bank.Filters;
        double[] part = new double[length];
        for (int c = 0; c < bank.Filters; c++)
        {
            ReadOnlySpan<double> filter = bank.Kernels.Slice(c * length, length);
            double largest = 0, sum = 0;
            foreach (double k in filter)
            {
                largest = Math.Max(largest, Math.Abs(k));
            }

            double[] norms = new double[4];
            for (int parity = 0; parity < 4; parity++)
            {
                Project(bank, parity, filter, part);
                norms[parity] = Norm(part, largest);
                sum += norms[parity];
            }

            for (int parity = 0; parity < 4; parity++)
            {
                if (norms[parity] > 0)
                {
                    double factor = Math.Sqrt(sum / norms[parity]);
                    Project(bank, parity, filter, part);
                    kernels.AddRange(part.Select(k => factor * k));
                    parts.Add((c, parity, norms[parity], factor));
                }
            }
        }

        if (parts.Count == 0)
        {
            parts.Add((0, 0, 0, 0));
            kernels.AddRange(new double[length]);
        }

        return new ParitySplit(bank, parts, [.. kernels]);
    }

    /// <summary>Adds what the gradient with respect to the parts is with respect to the kernels, the dependence of the factors included.</summary>
    public void AccumulateGradient(ReadOnlySpan<double> parts, Span<double> gradient)
    {
        int length = FilterLength;
        double[] part = new double[length], direction = new double[length];
        for (int first = 0, end; first < _parts.Count; first = end)
        {
            for (end = first; end < _parts.Count && _parts[end].Filter == _parts[first].Filter;)
            {
                end++;
            }

            int c = _parts[first].Filter;
            ReadOnlySpan<double> filter = _bank.Kernels.Slice(c * length, length);
            double[] slopes = new double[end - first]; // of the loss by the factors
            double sum = 0, common = 0;
            for (int p = first; p < end; p++)
            {
                Project(_bank, _parts[p].Parity, filter, part);
                for (int i = 0; i < length; i++)
                {
                    slopes[p - first] += parts[(p * length) + i] * part[i];
                }

                sum += _parts[p].Norm;

                // h_q^2 = sum n/n_q: every norm is in the sum
                common += slopes[p - first] / (2 * _parts[p].Factor * _parts[p].Norm);
            }

            for (int p = first; p < end; p++)
            {
                (_, int parity, double norm, double factor) = _parts[p];
                double slope = (common - (slopes[p - first] * sum / (2 * factor * norm * norm))) / norm;
                Project(_bank, parity, filter, part);
                for (int i = 0; i < length; i++)
                {
                    part[i] = (factor * parts[(p * length) + i]) + (slope * part[i]);
                }

                Project(_bank, parity, part, direction);
                for (int i = 0; i < length; i++)
                {
                    gradient[(c * length) + i] += direction[i];
                }
            }
        }
    }

    /// <summary>The part of one parity of a filter: bit 0 says odd along columns, bit 1 odd along rows. An orthogonal projection.</summary>
    private static void Project(ConvolutionBank<double> bank, int parity, ReadOnlySpan<double> filter, Span<double> part)
    {
        int rows = bank.KernelRows, columns = bank.KernelColumns;
        double alongColumns = (parity & 1) == 0 ? 1 : -1, alongRows = (parity & 2) == 0 ? 1 : -1;
        for (int at = 0; at < filter.Length; at++)
        {
            int b = at % columns, a = at / columns % rows, start = at - (a * columns) - b;
            int mirroredRow = start + ((rows - 1 - a) * columns), mirroredColumn = columns - 1 - b;
            double own = filter[at] + (alongColumns * filter[start + (a * columns) + mirroredColumn]);
            double other = filter[mirroredRow + b] + (alongColumns * filter[mirroredRow + mirroredColumn]);
            part[at] = 0.25 * (own + (alongRows * other));
        }
    }

    /// <summary>The Frobenius norm, scaled so that squares neither overflow nor vanish.</summary>
    private static double Norm(ReadOnlySpan<double> part, double largest)
    {
        double sum = 0;
        foreach (double k in part)
        {
            double scaled = largest > 0 ? k / largest : 0;
            sum += scaled * scaled;
        }

        return Math.Sqrt(sum) * largest;
    }
}
