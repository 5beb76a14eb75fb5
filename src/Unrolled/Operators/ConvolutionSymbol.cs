using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// The symbol of a bank, <c>A_cs(w) = sum of k_cs[a, b] exp(i (a w_1 + b w_2))</c>, sampled on a uniform grid of frequencies: where its largest singular
/// value is largest, and how much larger it may be between the samples.
/// </summary>
/// <remarks>
/// For a fixed unit vector <c>v</c>, <c>|A(w) v|^2</c> is a trigonometric polynomial of degrees <c>n_1, n_2</c>, one less than the extents of the kernels. Around a
/// point where a real trigonometric polynomial of degree <c>n</c> takes its norm it stays above that norm times <c>cos(n t)</c> at distance
/// <c>t &lt;= pi/n</c> (M. Riesz, Jahresbericht DMV 23 (1914) 354). With <c>m</c> samples the nearest is at most <c>pi/m</c> away, in one direction and then in
/// the other, so the supremum is at most the largest sample over <c>cos(pi n_1/m_1) cos(pi n_2/m_2)</c>. The vector is that of the supremum.
/// </remarks>
internal sealed class ConvolutionSymbol
{
    private readonly Complex[] _left;
    private readonly Complex[] _right;

    private ConvolutionSymbol(double squaredNorm, double excess, double row, double column, Complex[] left, Complex[] right)
    {
        (SquaredNorm, Excess, RowFrequency, ColumnFrequency, _left, _right) = (squaredNorm, excess, row, column, left, right);
    }

    /// <summary>The largest sample of the squared largest singular value.</summary>
    public double SquaredNorm { get; }

    /// <summary>What it is multiplied with to become a bound of the supremum.</summary>
    public double Excess { get; }

    /// <summary>Where it was found, in radians per row and per column.</summary>
    public double RowFrequency { get; }

    /// <summary>Where it was found, in radians per column.</summary>
    public double ColumnFrequency { get; }

    /// <summary>Samples the symbol.</summary>
    public static ConvolutionSymbol Sample(ReadOnlySpan<double> kernels, int filters, int channels, int kernelRows, int kernelColumns, int samplesPerDegree)
    {
        if (channels == 1)
        {
            return SampleOneChannel(kernels, filters, kernelRows, kernelColumns, samplesPerDegree);
        }

        int m1 = Math.Max(1, (kernelRows - 1) * samplesPerDegree), m2 = Math.Max(1, (kernelColumns - 1) * samplesPerDegree);
        (double[] cosines1, double[] sines1) = UnitRoots.Of(m1);
        (double[] cosines2, double[] sines2) = UnitRoots.Of(m2);
        double largest = -1, row = 0, column = 0;
        var rows = new Complex[filters * channels * kernelRows];
        var symbol = new Complex[filters * channels];
        Complex[] right = [], left = [];

        // real kernels: opposite frequencies have conjugate symbols, so half of the columns is enough
        for (int j = 0; j <= m2 / 2; j++)
        {
            for (int k = 0; k < rows.Length; k++)
            {
                double real = 0, imaginary = 0;
                for (int b = 0; b < kernelColumns; b++)
                {
                    double value = kernels[(k * kernelColumns) + b];
                    int at = (int)((long)b * j % m2);
                    real = Math.FusedMultiplyAdd(value, cosines2[at], real);
                    imaginary = Math.FusedMultiplyAdd(value, sines2[at], imaginary);
                }

                rows[k] = new Complex(real, imaginary);
            }

            for (int i = 0; i < m1; i++)
            {
                double squares = 0;
                for (int k = 0; k < symbol.Length; k++)
                {
                    double real = 0, imaginary = 0;
                    for (int a = 0; a < kernelRows; a++)
                    {
                        Complex value = rows[(k * kernelRows) + a];
                        int at = (int)((long)a * i % m1);
                        real += (value.Real * cosines1[at]) - (value.Imaginary * sines1[at]);
                        imaginary += (value.Real * sines1[at]) + (value.Imaginary * cosines1[at]);
                    }

                    symbol[k] = new Complex(real, imaginary);
                    squares += (real * real) + (imaginary * imaginary);
                }

                // the sum of all squares bounds the largest singular value, which is then not needed
                if (squares > largest)
                {
                    (double square, Complex[] vector) = LargestSingularValue(symbol, filters, channels);
                    if (square > largest)
                    {
                        (largest, row, column, right) = (square, 2 * Math.PI * i / m1, 2 * Math.PI * j / m2, vector);
                        left = new Complex[filters];
                        for (int k = 0; k < symbol.Length; k++)
                        {
                            left[k / channels] += symbol[k] * vector[k % channels];
                        }
                    }
                }
            }
        }

        return new ConvolutionSymbol(largest, ExcessOf(kernelRows, kernelColumns, samplesPerDegree), row, column, left, right);
    }

    /// <summary>Adds <c>weight</c> times the gradient of <see cref="SquaredNorm"/>, <c>2 Re(conj(y_c) v_s exp(i (a w_1 + b w_2)))</c> with <c>y = A v</c>.</summary>
    public void AccumulateGradient(double weight, int kernelRows, int kernelColumns, Span<double> gradient)
    {
        for (int k = 0, at = 0; k < _left.Length * _right.Length; k++)
        {
            Complex factor = 2 * weight * Complex.Conjugate(_left[k / _right.Length]) * _right[k % _right.Length];
            for (int a = 0; a < kernelRows; a++)
            {
                for (int b = 0; b < kernelColumns; b++, at++)
                {
                    gradient[at] += (factor * Complex.FromPolarCoordinates(1, (a * RowFrequency) + (b * ColumnFrequency))).Real;
                }
            }
        }
    }

    /// <summary>The window <c>x = v_s exp(i (a w_1 + b w_2))</c> on which the filters are largest: <see cref="SquaredNorm"/> is the sum of <c>|k_c x|^2</c>.</summary>
    public (double[] Real, double[] Imaginary) Window(int kernelRows, int kernelColumns)
    {
        int points = kernelRows * kernelColumns;
        double[] real = new double[_right.Length * points], imaginary = new double[real.Length];
        for (int at = 0; at < real.Length; at++)
        {
            int a = at % points / kernelColumns, b = at % kernelColumns;
            Complex value = _right[at / points] * Complex.FromPolarCoordinates(1, (a * RowFrequency) + (b * ColumnFrequency));
            (real[at], imaginary[at]) = (value.Real, value.Imaginary);
        }

        return (real, imaginary);
    }

    /// <summary>
    /// For one channel the squared norm is <c>sum over c of |k_c(w)|^2</c>, the transform of the sum of all autocorrelations, which is a table of few numbers whatever the
    /// number of filters.
    /// </summary>
    private static ConvolutionSymbol SampleOneChannel(ReadOnlySpan<double> kernels, int filters, int kernelRows, int kernelColumns, int samplesPerDegree)
    {
        int m1 = Math.Max(1, (kernelRows - 1) * samplesPerDegree), m2 = Math.Max(1, (kernelColumns - 1) * samplesPerDegree);
        (double[] cosines1, double[] sines1) = UnitRoots.Of(m1);
        (double[] cosines2, double[] sines2) = UnitRoots.Of(m2);
        double[] lags = Autocorrelation(kernels, filters, kernelRows, kernelColumns);
        int rowLags = (2 * kernelRows) - 1, columnLags = (2 * kernelColumns) - 1;
        double[] real = new double[rowLags], imaginary = new double[rowLags];
        double largest = -1, row = 0, column = 0;
        for (int j = 0; j <= m2 / 2; j++)
        {
            for (int p = 0; p < rowLags; p++)
            {
                (real[p], imaginary[p]) = (0, 0);
                for (int q = 0; q < columnLags; q++)
                {
                    double value = lags[(p * columnLags) + q];
                    int at = Modulo((q - kernelColumns + 1) * j, m2);
                    real[p] = Math.FusedMultiplyAdd(value, cosines2[at], real[p]);
                    imaginary[p] = Math.FusedMultiplyAdd(value, sines2[at], imaginary[p]);
                }
            }

            for (int i = 0; i < m1; i++)
            {
                double power = 0;
                for (int p = 0; p < rowLags; p++)
                {
                    int at = Modulo((p - kernelRows + 1) * i, m1);
                    power += (real[p] * cosines1[at]) - (imaginary[p] * sines1[at]);
                }

                if (power > largest)
                {
                    (largest, row, column) = (power, 2 * Math.PI * i / m1, 2 * Math.PI * j / m2);
                }
            }
        }

        var left = new Complex[filters];
        for (int k = 0, at = 0; k < filters; k++)
        {
            for (int a = 0; a < kernelRows; a++)
            {
                for (int b = 0; b < kernelColumns; b++, at++)
                {
                    left[k] += kernels[at] * Complex.FromPolarCoordinates(1, (a * row) + (b * column));
                }
            }
        }

        return new ConvolutionSymbol(Math.Max(largest, 0), ExcessOf(kernelRows, kernelColumns, samplesPerDegree), row, column, left, [Complex.One]);
    }

    /// <summary>The sum over the filters of <c>sum of k[a, b] k[a + p, b + q]</c>, lags from the most negative on.</summary>
    private static double[] Autocorrelation(ReadOnlySpan<double> kernels, int filters, int kernelRows, int kernelColumns)
    {
        int points = kernelRows * kernelColumns, columnLags = (2 * kernelColumns) - 1;
        double[] lags = new double[((2 * kernelRows) - 1) * columnLags];
        for (int c = 0; c < filters; c++)
        {
            ReadOnlySpan<double> kernel = kernels.Slice(c * points, points);
            for (int from = 0; from < points; from++)
            {
                int a = from / kernelColumns, b = from % kernelColumns;
                for (int row = 0; row < kernelRows; row++)
                {
                    Span<double> target = lags.AsSpan(((row - a + kernelRows - 1) * columnLags) + kernelColumns - 1 - b, kernelColumns);
                    Kernels.MultiplyAdd(kernel[from], kernel.Slice(row * kernelColumns, kernelColumns), target, target);
                }
            }
        }

        return lags;
    }

    private static int Modulo(int value, int m) => ((value % m) + m) % m;

    private static double ExcessOf(int kernelRows, int kernelColumns, int samplesPerDegree) =>
        1 / (Cosine(kernelRows, samplesPerDegree) * Cosine(kernelColumns, samplesPerDegree));

    private static double Cosine(int extent, int samplesPerDegree) => extent == 1 ? 1 : Math.Cos(Math.PI / samplesPerDegree);

    /// <summary>The largest eigenvalue of the Hermitian <c>A^* A</c> and its unit vector, from the real symmetric matrix <c>(Re, -Im; Im, Re)</c>.</summary>
    private static (double Square, Complex[] Vector) LargestSingularValue(Complex[] symbol, int filters, int channels)
    {
        var gram = new Matrix(2 * channels, 2 * channels);
        for (int s = 0; s < channels; s++)
        {
            for (int t = 0; t < channels; t++)
            {
                Complex sum = Complex.Zero;
                for (int c = 0; c < filters; c++)
                {
                    sum += Complex.Conjugate(symbol[(c * channels) + s]) * symbol[(c * channels) + t];
                }

                (gram[s, t], gram[s + channels, t + channels], gram[s, t + channels], gram[s + channels, t]) = (sum.Real, sum.Real, -sum.Imaginary, sum.Imaginary);
            }
        }

        SymmetricEigen eigen = SymmetricEigen.Decompose(gram);
        int top = eigen.Values[0] > eigen.Values[^1] ? 0 : eigen.Values.Length - 1;
        ReadOnlySpan<double> vector = eigen.Vector(top);
        var complex = new Complex[channels];
        for (int s = 0; s < channels; s++)
        {
            complex[s] = new Complex(vector[s], vector[s + channels]);
        }

        return (Math.Max(eigen.Values[top], 0), complex);
    }
}
