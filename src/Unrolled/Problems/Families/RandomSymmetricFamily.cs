using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>
/// Random symmetric matrices around a small one: the symmetric part of <c>A + U(-1, 1)^{n x n}</c> plus
/// <c>shift I</c>, one matrix and one right-hand side <c>b + U(-spread, spread)^n</c> per instance.
/// </summary>
/// <remarks>
/// With the paper's 5 x 5 matrix and shift 5 the spectra fill about [3.4, 8.8], an easier family than the fixed matrix. A
/// shift of 5 or more keeps every matrix positive definite, which is then declared; below, only symmetry is. Instance
/// <c>s</c> is drawn from the stream's split number <c>s</c>: a longer draw begins with a shorter one.
/// </remarks>
public sealed class RandomSymmetricFamily : IProblemFamily<LinearSystem>
{
    private readonly Matrix _center;
    private readonly double[] _rightHandSide;
    private readonly double _shift;
    private readonly double _spread;
    private readonly OperatorProperties _properties;

    /// <summary>Creates the family around a matrix.</summary>
    /// <param name="center">The square matrix <c>A</c>.</param>
    /// <param name="rightHandSide">The right-hand side <c>b</c> in the middle of its distribution.</param>
    /// <param name="shift">What is added to the diagonal.</param>
    /// <param name="spread">How far every element of the right-hand side may be from <c>b</c>.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or the spread is negative.</exception>
    public RandomSymmetricFamily(Matrix center, ReadOnlySpan<double> rightHandSide, double shift = 5, double spread = 1)
    {
        ArgumentNullException.ThrowIfNull(center);
        Guard.Equal(center.Columns, center.Rows, "the number of columns", "the number of rows");
        Guard.Equal(rightHandSide.Length, center.Rows, "the length of b", "the number of rows");
        ArgumentOutOfRangeException.ThrowIfNegative(spread);
        _center = SymmetricPart(center);
        _rightHandSide = rightHandSide.ToArray();
        _shift = shift;
        _spread = spread;

        // The noise has entries below 1 in size and hence a norm below n.
        bool definite = SymmetricEigen.Eigenvalues(_center)[0] + shift > center.Rows;
        _properties = OperatorProperties.Symmetric | (definite ? OperatorProperties.PositiveDefinite : OperatorProperties.None);
        int n = center.Rows;
        string what = center.AsSpan().SequenceEqual(SmallMatrix.Paper.AsSpan()) ? "the paper's matrix" : "a given matrix";
        Description = string.Create(CultureInfo.InvariantCulture,
            $"Random symmetric {n} x {n} matrices, the symmetric part of {what} + U(-1, 1)^({n}x{n}), plus {shift:R} I, with right-hand sides b + U(-{spread:R}, {spread:R})^{n}.");
    }

    /// <summary>The paper's family.</summary>
    public static RandomSymmetricFamily FiveByFive(double shift = 5) => new(SmallMatrix.Paper, SmallMatrix.PaperRightHandSide, shift);

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings? Settings => SmallMatrix.SettingsOf("random-symmetric", _center, _rightHandSide, ("shift", _shift), ("spread", _spread));

    /// <summary>
    /// Creates the family from its section: <c>matrix</c> (a list of rows; the paper's unless given), <c>right-hand-side</c>,
    /// <c>shift</c>, <c>spread</c>.
    /// </summary>
    /// <exception cref="InvalidInputException">A value is not of its kind, out of range, or of the wrong size.</exception>
    public static RandomSymmetricFamily From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Matrix matrix = SmallMatrix.ReadMatrix(settings, required: false);
        return new RandomSymmetricFamily(matrix, SmallMatrix.ReadRightHandSide(settings, matrix.Rows),
            settings.Number("shift", -1e6, 1e6, 5), settings.Number("spread", 0, 1e6, 1));
    }

    /// <inheritdoc/>
    public LinearSystem Draw(int instances, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        ArgumentNullException.ThrowIfNull(stream);
        int n = _center.Rows;
        Batch entries = Batch.Zeros(n * n, instances), b = Batch.Zeros(n, instances);
        var noise = new Matrix(n, n);
        for (int s = 0; s < instances; s++)
        {
            RandomStream own = stream.Split((ulong)s), matrix = own.Split("matrix");
            foreach (ref double entry in noise.AsSpan())
            {
                entry = matrix.NextUniform(-1, 1);
            }

            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    entries[(i * n) + j, s] = _center[i, j] + ((noise[i, j] + noise[j, i]) / 2) + (i == j ? _shift : 0);
                }
            }

            SmallMatrix.DrawRightHandSide(_rightHandSide, _spread, own.Split("right-hand side"), b, s);
        }

        return new LinearSystem(new DenseOperator(n, n, entries, _properties), b);
    }

    private static Matrix SymmetricPart(Matrix a)
    {
        var part = new Matrix(a.Rows, a.Rows);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int j = 0; j < a.Rows; j++)
            {
                part[i, j] = (a[i, j] + a[j, i]) / 2;
            }
        }

        return part;
    }
}
