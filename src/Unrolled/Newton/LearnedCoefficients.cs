using Unrolled.Numerics;

namespace Unrolled.Newton;

/// <summary>
/// The weights of a learned step, constant or polynomials in the coordinates of an instance in its family:
/// <c>theta_w(p) = sum_b c_wb phi_b(p)</c>, where the phi are products of Chebyshev polynomials of total degree at most d in the
/// coordinates p in [-1, 1].
/// </summary>
/// <remarks>
/// Rows as in R2N2: row j of the <c>n (n + 1) / 2</c> weights stands at <c>[j (j - 1) / 2, j (j + 1) / 2)</c> for j = 1 .. n. Immutable.
/// Reference: arXiv:2211.12386, equations 9 and 10.
/// </remarks>
public sealed class LearnedCoefficients
{
    private readonly double[] _values;
    private readonly int[][] _degrees;

    /// <summary>Constant weights.</summary>
    /// <exception cref="ArgumentException">The number of weights is not n (n + 1) / 2, or one is not finite.</exception>
    public LearnedCoefficients(params ReadOnlySpan<double> weights)
        : this(RowsOf(weights.Length), 0, 0, weights)
    {
    }

    /// <summary>Weights that are polynomials.</summary>
    /// <param name="innerEvaluations">n.</param>
    /// <param name="coordinates">The number of coordinates.</param>
    /// <param name="degree">d; 0 for constant weights.</param>
    /// <param name="values">c: for every weight its <see cref="BasisLength"/> numbers.</param>
    /// <exception cref="ArgumentException">The number of values does not fit, or one is not finite.</exception>
    public LearnedCoefficients(int innerEvaluations, int coordinates, int degree, ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerEvaluations);
        ArgumentOutOfRangeException.ThrowIfNegative(coordinates);
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        (InnerEvaluations, Coordinates, Degree) = (innerEvaluations, coordinates, degree);
        _degrees = [.. Degrees(coordinates, degree)];
        if (values.Length != Weights * BasisLength)
        {
            throw new ArgumentException(
                $"there are {values.Length} numbers; {innerEvaluations} evaluations with degree {degree} in {coordinates} coordinates need {Weights} x {BasisLength}", nameof(values));
        }

        _values = values.ToArray();
        int bad = Array.FindIndex(_values, v => !double.IsFinite(v));
        if (bad >= 0)
        {
            throw new ArgumentException($"number {bad} is {_values[bad]}; weights must be finite", nameof(values));
        }
    }

    /// <summary>n, the evaluations of a step.</summary>
    public int InnerEvaluations { get; }

    /// <summary>The number of coordinates that the weights may depend on.</summary>
    public int Coordinates { get; }

    /// <summary>d, the total degree of the polynomials.</summary>
    public int Degree { get; }

    /// <summary>The number of weights, n (n + 1) / 2.</summary>
    public int Weights => InnerEvaluations * (InnerEvaluations + 1) / 2;

    /// <summary>The number of polynomials phi.</summary>
    public int BasisLength => _degrees.Length;

    /// <summary>For every polynomial phi its degree in each of the coordinates.</summary>
    public IReadOnlyList<IReadOnlyList<int>> BasisDegrees => _degrees;

    /// <summary>Whether the weights are the same for all instances.</summary>
    public bool AreConstant => _degrees.Length == 1;

    /// <summary>c, for every weight its numbers.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The number of polynomials for a degree and a number of coordinates.</summary>
    public static int BasisLengthFor(int coordinates, int degree) => Degrees(coordinates, degree).Count();

    /// <summary>The same shape with other numbers.</summary>
    public LearnedCoefficients With(ReadOnlySpan<double> values) => new(InnerEvaluations, Coordinates, Degree, values);

    /// <summary>The polynomials phi at every instance: (<see cref="BasisLength"/>, instances).</summary>
    /// <exception cref="ArgumentException">The number of coordinates differs.</exception>
    public void Basis(Batch coordinates, Batch destination)
    {
        if (coordinates.Components != Coordinates)
        {
            throw new ArgumentException($"the problem has {coordinates.Components} coordinates, the weights depend on {Coordinates}", nameof(coordinates));
        }

        for (int b = 0; b < _degrees.Length; b++)
        {
            Span<double> phi = destination.Row(b);
            phi.Fill(1);
            for (int c = 0; c < Coordinates; c++)
            {
                ReadOnlySpan<double> p = coordinates.Row(c);
                for (int s = 0; s < phi.Length; s++)
                {
                    phi[s] *= Chebyshev(_degrees[b][c], p[s]);
                }
            }
        }
    }

    /// <summary>The weights of every instance from the polynomials: (<see cref="Weights"/>, instances).</summary>
    internal void At(Batch basis, Batch weights)
    {
        for (int w = 0; w < Weights; w++)
        {
            Span<double> theta = weights.Row(w);
            theta.Clear();
            for (int b = 0; b < BasisLength; b++)
            {
                Kernels.MultiplyAdd(_values[(w * BasisLength) + b], basis.Row(b), theta, theta);
            }
        }
    }

    private static int RowsOf(int weights)
    {
        int rows = (int)((Math.Sqrt((8.0 * weights) + 1) - 1) / 2);
        return rows > 0 && rows * (rows + 1) / 2 == weights
            ? rows
            : throw new ArgumentException($"there are {weights} weights; n evaluations need n (n + 1) / 2: 1, 3, 6, 10, ...");
    }

    private static IEnumerable<int[]> Degrees(int coordinates, int degree)
    {
        if (coordinates == 0)
        {
            yield return [];
            yield break;
        }

        for (int own = 0; own <= degree; own++)
        {
            foreach (int[] rest in Degrees(coordinates - 1, degree - own))
            {
                yield return [own, .. rest];
            }
        }
    }

    private static double Chebyshev(int degree, double x)
    {
        double before = 1, value = degree == 0 ? 1 : x;
        for (int k = 2; k <= degree; k++)
        {
            (before, value) = (value, (2 * x * value) - before);
        }

        return value;
    }
}
