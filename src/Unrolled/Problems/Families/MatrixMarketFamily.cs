using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>One matrix from a Matrix Market file with random right-hand sides.</summary>
/// <remarks>
/// The systems are scaled: the operator is <c>L A R</c>, the right-hand sides are drawn for the matrix as it stands in the
/// file (<c>white</c>: <c>b</c> of normal numbers; <c>solution</c>: <c>b = A x</c> with such <c>x</c>) and multiplied by
/// <c>L</c>. All instances share one operator. Instance <c>s</c> is drawn from the stream's split number <c>s</c>: a longer
/// draw begins with a shorter one.
/// </remarks>
public sealed class MatrixMarketFamily : IProblemFamily<LinearSystem>
{
    private readonly UserMatrix _matrix;
    private readonly SparseOperator _operator;
    private readonly RightHandSideKind _kind;

    private MatrixMarketFamily(UserMatrix matrix, RightHandSideKind kind, ScalingKind scaling)
    {
        _matrix = matrix;
        _operator = new SparseOperator(matrix.Scaled, matrix.Properties);
        _kind = kind;
        ScalingKind = scaling;
        string what = (matrix.Properties & (OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite)) switch
        {
            OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite => "symmetric positive definite",
            OperatorProperties.Symmetric => "symmetric",
            _ => "nonsymmetric",
        };
        Description = $"The {what} {Matrix.Rows} x {Matrix.Rows} matrix of {Path.GetFileName(matrix.Path)} with {Matrix.StoredEntries} entries, " +
            $"{UserMatrix.Describe(scaling)}, {UserMatrix.Describe(kind)}.";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings Settings => UserMatrix.SettingsOf("matrix-market", ("matrix", _matrix.Path), _kind, ScalingKind);

    /// <summary>The matrix as in the file.</summary>
    public SparseMatrix Matrix => _matrix.Matrix;

    /// <summary>The scaling between the file's systems and those drawn here.</summary>
    public DiagonalScaling Scaling => _matrix.Scaling;

    /// <summary>How the scaling was made, for other matrices to be treated alike.</summary>
    public ScalingKind ScalingKind { get; }

    /// <summary>
    /// Creates the family from its section: <c>matrix</c> (a path), <c>rhs</c> (<c>white</c> or <c>solution</c>),
    /// <c>scaling</c> (<c>auto</c>, <c>jacobi</c>, <c>equilibrate</c> or <c>none</c>).
    /// </summary>
    /// <exception cref="InvalidInputException">A value is not of its kind, or the file is invalid.</exception>
    public static MatrixMarketFamily From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string path = settings.Text("matrix");
        RightHandSideKind kind = UserMatrix.ReadKind(settings);
        SparseMatrix matrix = UserMatrix.Read(path);
        ScalingKind scaling = UserMatrix.ReadScaling(settings, [matrix]);
        return new MatrixMarketFamily(UserMatrix.Create(path, matrix, scaling, settings), kind, scaling);
    }

    /// <inheritdoc/>
    public LinearSystem Draw(int instances, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        ArgumentNullException.ThrowIfNull(stream);
        Batch b = Batch.Zeros(_operator.Rows, instances);
        for (int s = 0; s < instances; s++)
        {
            _matrix.DrawRightHandSide(_kind, stream.Split((ulong)s), b, s);
        }

        return new LinearSystem(_operator, b);
    }
}
