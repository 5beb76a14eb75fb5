using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>
/// One small dense matrix with random right-hand sides <c>b + U(-spread, spread)</c>: the linear example of the R2N2
/// paper (arXiv 2211.12386) unless another matrix is given.
/// </summary>
/// <remarks>
/// The paper's matrix is 5 x 5, symmetric positive definite, with the eigenvalues 0.5805, 0.6785, 1.0243, 1.0939, 1.5652.
/// All instances share one operator. Instance <c>s</c> is drawn from the stream's split number <c>s</c>: a longer draw
/// begins with a shorter one.
/// </remarks>
public sealed class FixedMatrixFamily : IProblemFamily<LinearSystem>
{
    private readonly DenseOperator _operator;
    private readonly double[] _rightHandSide;
    private readonly double _spread;

    /// <summary>Creates the family of a matrix.</summary>
    /// <param name="matrix">The square matrix; what it is (symmetric, definite) is found out.</param>
    /// <param name="rightHandSide">The right-hand side in the middle of the distribution.</param>
    /// <param name="spread">How far every element of the right-hand side may be from it.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or the spread is negative.</exception>
    public FixedMatrixFamily(Matrix matrix, ReadOnlySpan<double> rightHandSide, double spread = 1)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Guard.Equal(matrix.Columns, matrix.Rows, "the number of columns", "the number of rows");
        Guard.Equal(rightHandSide.Length, matrix.Rows, "the length of b", "the number of rows");
        ArgumentOutOfRangeException.ThrowIfNegative(spread);
        _operator = new DenseOperator(matrix.Rows, matrix.Columns, Batch.Of(matrix.AsSpan()), SmallMatrix.PropertiesOf(matrix));
        _rightHandSide = rightHandSide.ToArray();
        _spread = spread;
        Settings = SmallMatrix.SettingsOf("fixed-matrix", matrix, _rightHandSide, ("spread", spread));
        string what = matrix.AsSpan().SequenceEqual(SmallMatrix.Paper.AsSpan()) ? "The paper's" : "A given";
        Description = string.Create(CultureInfo.InvariantCulture,
            $"{what} {matrix.Rows} x {matrix.Rows} matrix with right-hand sides b + U(-{spread:R}, {spread:R})^{matrix.Rows}.");
    }

    /// <summary>The paper's family.</summary>
    public static FixedMatrixFamily FiveByFive() => new(SmallMatrix.Paper, SmallMatrix.PaperRightHandSide);

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings? Settings { get; }

    /// <summary>
    /// Creates the family from its section: <c>matrix</c> (a list of rows; the paper's unless given, required for the kind
    /// <c>fixed-matrix</c>), <c>right-hand-side</c> (a list), <c>spread</c>.
    /// </summary>
    /// <exception cref="InvalidInputException">A value is not of its kind, out of range, or of the wrong size.</exception>
    public static FixedMatrixFamily From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        bool required = settings.TryGet("kind", out Setting? kind) && kind.Text == "fixed-matrix";
        Matrix matrix = SmallMatrix.ReadMatrix(settings, required);
        return new FixedMatrixFamily(
            matrix, SmallMatrix.ReadRightHandSide(settings, matrix.Rows), settings.Number("spread", 0, 1e6, 1));
    }

    /// <inheritdoc/>
    public LinearSystem Draw(int instances, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        ArgumentNullException.ThrowIfNull(stream);
        Batch b = Batch.Zeros(_operator.Rows, instances);
        for (int s = 0; s < instances; s++)
        {
            SmallMatrix.DrawRightHandSide(_rightHandSide, _spread, stream.Split((ulong)s), b, s);
        }

        return new LinearSystem(_operator, b);
    }
}
