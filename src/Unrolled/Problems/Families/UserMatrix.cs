using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems.Formats;

namespace Unrolled.Problems.Families;

/// <summary>A square matrix from a Matrix Market file with its scaling, and right-hand sides drawn for it.</summary>
internal sealed class UserMatrix
{
    private UserMatrix(string path, SparseMatrix matrix, DiagonalScaling scaling)
    {
        Path = path;
        Matrix = matrix;
        Scaling = scaling;
        Scaled = scaling.Scale(matrix);
        Properties = SparseProperties.Of(Scaled);
    }

    public string Path { get; }

    /// <summary>As in the file.</summary>
    public SparseMatrix Matrix { get; }

    public DiagonalScaling Scaling { get; }

    public SparseMatrix Scaled { get; }

    public OperatorProperties Properties { get; }

    /// <summary>Reads a square matrix with at least one row.</summary>
    public static SparseMatrix Read(string path)
    {
        SparseMatrix matrix = MatrixMarketReader.Read(path).ToSparse();
        return matrix.Rows == matrix.Columns && matrix.Rows > 0
            ? matrix
            : throw new InvalidInputException(path, $"the matrix is {matrix.Rows} x {matrix.Columns}; a linear system needs a square one");
    }

    public static UserMatrix Create(string path, SparseMatrix matrix, ScalingKind kind, Settings settings)
    {
        try
        {
            return new UserMatrix(path, matrix, DiagonalScaling.Of(matrix, kind));
        }
        catch (ArgumentException e)
        {
            throw settings.Fault("scaling", $"{path}: {e.Message}");
        }
    }

    /// <summary>Reads <c>scaling</c> and writes what <c>auto</c> turned out to be into the settings.</summary>
    public static ScalingKind ReadScaling(Settings settings, IEnumerable<SparseMatrix> matrices)
    {
        string word = settings.Choice("scaling", ["auto", "jacobi", "equilibrate", "none"], "auto");
        if (word == "auto")
        {
            word = matrices.All(m => DiagonalScaling.Suited(m) == ScalingKind.Jacobi) ? "jacobi" : "equilibrate";
            settings.Set("scaling", word);
        }

        return word switch
        {
            "jacobi" => ScalingKind.Jacobi,
            "equilibrate" => ScalingKind.Equilibrate,
            _ => ScalingKind.None,
        };
    }

    /// <summary>Reads <c>rhs</c>.</summary>
    public static RightHandSideKind ReadKind(Settings settings) =>
        settings.Choice("rhs", ["white", "solution"], "white") == "white" ? RightHandSideKind.White : RightHandSideKind.Solution;

    /// <summary>The section of a family of user's matrices.</summary>
    public static Settings SettingsOf(string kind, (string, object) place, RightHandSideKind rightHandSides, ScalingKind scaling) => FamilySettings.Of(
        ("kind", kind), place, ("rhs", rightHandSides == RightHandSideKind.White ? "white" : "solution"),
        ("scaling", scaling switch { ScalingKind.Jacobi => "jacobi", ScalingKind.Equilibrate => "equilibrate", _ => "none" }));

    /// <summary>Draws <c>b</c> of the user's own system, which is then scaled like the matrix.</summary>
    public void DrawRightHandSide(RightHandSideKind kind, RandomStream stream, Batch destination, int instance)
    {
        double[] b = new double[Matrix.Rows];
        foreach (ref double value in b.AsSpan())
        {
            value = stream.NextNormal();
        }

        if (kind == RightHandSideKind.Solution)
        {
            double[] x = b;
            b = new double[Matrix.Rows];
            Matrix.Multiply(x, b);
        }

        Place(b, destination, instance);
    }

    /// <summary>Scales a right-hand side of the user's own system.</summary>
    public void Place(ReadOnlySpan<double> b, Batch destination, int instance)
    {
        for (int i = 0; i < b.Length; i++)
        {
            destination[i, instance] = Scaling.Left[i] * b[i];
        }
    }

    public static string Describe(RightHandSideKind kind) =>
        kind == RightHandSideKind.White ? "white-noise right-hand sides" : "right-hand sides b = A x with white-noise x";

    public static string Describe(ScalingKind kind) => kind switch
    {
        ScalingKind.Jacobi => "symmetric Jacobi scaling",
        ScalingKind.Equilibrate => "equilibrated rows and columns",
        _ => "no scaling",
    };
}
