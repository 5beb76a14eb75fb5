using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems.Formats;

namespace Unrolled.Problems.Families;

/// <summary>
/// A folder of the user's own systems of one size: matrices <c>A*.mtx</c> and, with the same rest of the name,
/// right-hand sides <c>b*.mtx</c> of one or more columns.
/// </summary>
/// <remarks>
/// <para>An instance is one of the matrices, all equally likely, with one of its columns; where the folder holds no
/// right-hand sides they are drawn as in <see cref="MatrixMarketFamily"/>. Matrices are scaled one by one, in the same way.</para>
/// <para>A folder is finite: draws repeat its systems, held-out ones too. Keep some systems in another folder to see how a
/// method does on systems that it was not trained with.</para>
/// <para>Instance <c>s</c> is drawn from the stream's split number <c>s</c>: a longer draw begins with a shorter one.</para>
/// </remarks>
public sealed class FolderFamily : IProblemFamily<LinearSystem>
{
    private const long MostNumbers = 1L << 27; // 1 GiB

    private readonly UserMatrix[] _matrices;
    private readonly (double[] Columns, int Count)[]? _rightHandSides;
    private readonly BatchedSparseOperator _operators;
    private readonly RightHandSideKind _kind;
    private readonly string _folder;

    private FolderFamily(string folder, UserMatrix[] matrices, (double[] Columns, int Count)[]? rightHandSides, RightHandSideKind kind, ScalingKind scaling)
    {
        _folder = folder;
        _matrices = matrices;
        _rightHandSides = rightHandSides;
        _kind = kind;
        OperatorProperties common = matrices.Aggregate(
            OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite, (properties, m) => properties & m.Properties);
        _operators = BatchedSparseOperator.Of([.. matrices.Select(m => m.Scaled)], common);
        ScalingKind = scaling;
        string sides = rightHandSides is null ? UserMatrix.Describe(kind) : $"{rightHandSides.Sum(b => b.Count)} right-hand sides of its own";
        int n = _operators.Rows;
        Description = $"The {matrices.Length} matrices of {n} x {n} in {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))}, " +
            $"{UserMatrix.Describe(scaling)}, {sides}.";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings Settings => UserMatrix.SettingsOf("folder", ("folder", _folder), _kind, ScalingKind);

    /// <summary>The number of matrices.</summary>
    public int Matrices => _matrices.Length;

    /// <summary>How the matrices were scaled, for others to be treated alike.</summary>
    public ScalingKind ScalingKind { get; }

    /// <summary>Reads a folder; right-hand sides that it does not hold are white noise, matrices are scaled as suits them all.</summary>
    /// <exception cref="InvalidInputException">The folder holds no matrix, or a file is invalid or of another size than the first.</exception>
    public static FolderFamily Read(string folder)
    {
        var settings = new Settings("family", "family");
        settings.Set("folder", folder);
        return From(settings);
    }

    /// <summary>
    /// Creates the family from its section: <c>folder</c> (a path), <c>rhs</c> (<c>white</c> or <c>solution</c>, for folders
    /// without right-hand sides), <c>scaling</c> (<c>auto</c>, <c>jacobi</c>, <c>equilibrate</c> or <c>none</c>).
    /// </summary>
    /// <exception cref="InvalidInputException">A value is not of its kind, the folder holds no matrix, or a file is invalid
    /// or of another size than the first.</exception>
    public static FolderFamily From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string folder = settings.Text("folder");
        RightHandSideKind kind = UserMatrix.ReadKind(settings);
        string[] paths = MatrixPaths(folder);
        SparseMatrix[] matrices = Array.ConvertAll(paths, UserMatrix.Read);
        for (int i = 1; i < matrices.Length; i++)
        {
            if (matrices[i].Rows != matrices[0].Rows)
            {
                throw new InvalidInputException(paths[i],
                    $"the matrix is {matrices[i].Rows} x {matrices[i].Rows}, that of {paths[0]} is {matrices[0].Rows} x {matrices[0].Rows}; " +
                    "the systems of a folder have one size");
            }
        }

        (double[], int)[]? rightHandSides = ReadRightHandSides(paths, matrices[0].Rows);
        ScalingKind scaling = UserMatrix.ReadScaling(settings, matrices);
        var scaled = new UserMatrix[paths.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = UserMatrix.Create(paths[i], matrices[i], scaling, settings);
        }

        return new FolderFamily(folder, scaled, rightHandSides, kind, scaling);
    }

    /// <inheritdoc/>
    public LinearSystem Draw(int instances, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        ArgumentNullException.ThrowIfNull(stream);
        Batch b = Batch.Zeros(_operators.Rows, instances);
        var chosen = new int[instances];
        double[] column = new double[_operators.Rows];
        for (int s = 0; s < instances; s++)
        {
            RandomStream own = stream.Split((ulong)s);
            chosen[s] = own.Split("matrix").NextIndex(_matrices.Length);
            UserMatrix matrix = _matrices[chosen[s]];
            RandomStream side = own.Split("right-hand side");
            if (_rightHandSides is null)
            {
                matrix.DrawRightHandSide(_kind, side, b, s);
                continue;
            }

            (double[] columns, int count) = _rightHandSides[chosen[s]];
            int drawn = side.NextIndex(count);
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = columns[(i * count) + drawn];
            }

            matrix.Place(column, b, s);
        }

        return new LinearSystem(_operators.Select(chosen), b);
    }

    private static string[] MatrixPaths(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(folder, "there is no such folder");
        }

        string[] paths = [.. Files(folder, 'A')];
        return paths.Length > 0
            ? paths
            : throw new InvalidInputException(folder, "the folder holds no matrix; expected files A*.mtx, with right-hand sides b*.mtx or without");
    }

    private static IEnumerable<string> Files(string folder, char first) => Directory.EnumerateFiles(folder, "*.mtx")
        .Where(path => Path.GetFileName(path)[0] == first)
        .Order(StringComparer.Ordinal);

    private static (double[] Columns, int Count)[]? ReadRightHandSides(string[] matrices, int rows)
    {
        string folder = Path.GetDirectoryName(matrices[0])!;
        string[] wanted = Array.ConvertAll(matrices, path => Path.Combine(folder, "b" + Path.GetFileName(path)[1..]));
        string[] present = [.. Files(folder, 'b')];
        if (present.Length == 0)
        {
            return null;
        }

        foreach (string path in present)
        {
            int at = Array.IndexOf(wanted, path);
            if (at < 0)
            {
                throw new InvalidInputException(path, $"there is no matrix A{Path.GetFileName(path)[1..]} for this right-hand side");
            }
        }

        var columns = new (double[], int)[matrices.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            if (!File.Exists(wanted[i]))
            {
                throw new InvalidInputException(wanted[i], $"the right-hand side of {matrices[i]} is missing; other matrices of the folder have one");
            }

            MatrixMarketFile file = MatrixMarketReader.Read(wanted[i]);
            if (file.Header.Rows != rows || file.Header.Columns == 0)
            {
                throw new InvalidInputException(wanted[i],
                    $"the right-hand side is {file.Header.Rows} x {file.Header.Columns}, the matrix of {matrices[i]} is {rows} x {rows}");
            }

            if ((long)rows * file.Header.Columns > MostNumbers)
            {
                throw new InvalidInputException(wanted[i],
                    $"{file.Header.Columns} right-hand sides of {rows} numbers are more than the {MostNumbers} numbers that are read at most");
            }

            columns[i] = (file.ToDense(), file.Header.Columns);
        }

        return columns;
    }
}
