using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Problems.Families;

public sealed class FileFamilyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unrolled-families").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("white", "jacobi")]
    [InlineData("solution", "equilibrate")]
    [InlineData("solution", "auto")]
    [InlineData("white", "none")]
    public void A_matrix_of_the_user_is_scaled_and_can_be_unscaled(string rhs, string scaling)
    {
        Write("A.mtx", Tridiagonal(12, 1e4));
        Settings settings = Section(("kind", "matrix-market"), ("matrix", At("A.mtx")), ("rhs", rhs), ("scaling", scaling));
        var family = (MatrixMarketFamily)LinearFamilies.Create(settings);
        LinearSystem systems = family.Draw(5, new RandomStream(1));
        Assert.Equal(1, systems.Operator.Instances);
        Assert.Equal(scaling == "auto" ? "jacobi" : scaling, settings.Text("scaling"));
        Assert.Equal(OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite, systems.Operator.Properties);
        Assert.Empty(OperatorProbe.Run(systems.Operator, new RandomStream(2)));
        AssertPrefix(family);

        // A solution of the scaled system, unscaled, solves the user's own.
        Matrix a = Assembled.Of(systems.Operator);
        double[] y = new double[12], residual = new double[12];
        Assert.True(CholeskyFactorization.TryFactor(a, out CholeskyFactorization? factor));
        factor.Solve(Assembled.Instance(systems.RightHandSide, 2), y);
        Batch x = Batch.Of(y), b = systems.RightHandSide.Select([2]);
        family.Scaling.UnscaleSolution(x, x);
        family.Matrix.Multiply(x.Values, residual);
        for (int i = 0; i < 12; i++)
        {
            double own = b[i, 0] / family.Scaling.Left[i];
            Assert.Equal(own, residual[i], 1e-9 * (1 + Math.Abs(own)));
        }
    }

    [Fact]
    public void A_folder_gives_its_own_systems()
    {
        for (int k = 0; k < 3; k++)
        {
            Write($"A-{k}.mtx", Tridiagonal(6, 10 + k));
            MatrixMarketWriter.Write(At($"b-{k}.mtx"), 6, 2, [.. Enumerable.Range(0, 12).Select(i => 100.0 * k + i)]);
        }

        var family = (FolderFamily)LinearFamilies.Create(Section(("kind", "folder"), ("folder", _folder), ("scaling", "none")));
        LinearSystem systems = family.Draw(50, new RandomStream(1));
        var seen = new HashSet<(int, int)>();
        for (int s = 0; s < 50; s++)
        {
            Matrix a = Assembled.Of(systems.Operator, s);
            int k = (int)Math.Round(a[0, 0] - 12), column = (int)systems.RightHandSide[0, s] % 100;
            seen.Add((k, column));
            Assert.Equal(Enumerable.Range(0, 6).Select(i => (100.0 * k) + (2 * i) + column), Assembled.Instance(systems.RightHandSide, s));
        }

        Assert.Equal(6, seen.Count);
        AssertPrefix(family);
    }

    [Fact]
    public void A_folder_without_right_hand_sides_draws_them()
    {
        Write("A1.mtx", Tridiagonal(6, 1));
        Write("A2.mtx", Tridiagonal(6, 2));
        var family = (FolderFamily)LinearFamilies.Create(Section(("kind", "folder"), ("folder", _folder)));
        Assert.Equal(ScalingKind.Jacobi, family.ScalingKind);
        Assert.All(family.Draw(4, new RandomStream(1)).Operator.Diagonal().Values.ToArray(), d => Assert.Equal(1, d, 1e-15));
        AssertPrefix(family);
    }

    [Fact]
    public void Folders_that_do_not_fit_together_are_named()
    {
        Settings folder = Section(("kind", "folder"), ("folder", _folder));
        Assert.Equal($"{_folder}: the folder holds no matrix; expected files A*.mtx, with right-hand sides b*.mtx or without", Message(folder));
        Write("A1.mtx", Tridiagonal(6, 1));
        Write("A2.mtx", Tridiagonal(7, 2));
        Assert.Equal($"{At("A2.mtx")}: the matrix is 7 x 7, that of {At("A1.mtx")} is 6 x 6; the systems of a folder have one size", Message(folder));
        Write("A2.mtx", Tridiagonal(6, 2));
        MatrixMarketWriter.Write(At("b1.mtx"), 6, 1, new double[6]);
        Assert.Equal($"{At("b2.mtx")}: the right-hand side of {At("A2.mtx")} is missing; other matrices of the folder have one", Message(folder));
        MatrixMarketWriter.Write(At("b2.mtx"), 5, 1, new double[5]);
        Assert.Equal($"{At("b2.mtx")}: the right-hand side is 5 x 1, the matrix of {At("A2.mtx")} is 6 x 6", Message(folder));
        MatrixMarketWriter.Write(At("b3.mtx"), 6, 1, new double[6]);
        Assert.Equal($"{At("b3.mtx")}: there is no matrix A3.mtx for this right-hand side", Message(folder));
        Assert.Equal("nowhere: there is no such folder", Message(Section(("kind", "folder"), ("folder", "nowhere"))));
    }

    [Fact]
    public void Matrices_that_are_not_square_or_do_not_suit_their_scaling_are_named()
    {
        Write("wide.mtx", SparseMatrix.FromTriplets(2, 3, [0], [2], [1]));
        Assert.Equal($"{At("wide.mtx")}: the matrix is 2 x 3; a linear system needs a square one",
            Message(Section(("kind", "matrix-market"), ("matrix", At("wide.mtx")))));
        Write("zero.mtx", SparseMatrix.FromTriplets(2, 2, [0, 1], [1, 0], [1, 1]));
        Assert.Equal($"test: {At("zero.mtx")}: Jacobi scaling needs a positive diagonal; element (1, 1) is 0",
            Message(Section(("kind", "matrix-market"), ("matrix", At("zero.mtx")), ("scaling", "jacobi"))));
    }

    [Theory]
    [InlineData("1138_bus.mtx", "jacobi", true)]
    [InlineData("fidap007.mtx", "equilibrate", false)]
    public void Real_matrices_become_families_of_norm_about_one(string name, string scaling, bool definite)
    {
        string? path = RealMatrix(name);
        if (path is null)
        {
            return; // The data folder is not part of the repository.
        }

        Settings settings = Section(("kind", "matrix-market"), ("matrix", path));
        IProblemFamily<LinearSystem> family = LinearFamilies.Create(settings);
        LinearSystem systems = family.Draw(2, new RandomStream(1));
        Assert.Equal(scaling, settings.Text("scaling"));
        Assert.Equal(definite, systems.Operator.Properties.HasFlag(OperatorProperties.PositiveDefinite));
        Assert.InRange(SpectralEstimate.Norm(systems.Operator, new RandomStream(5), 40)[0], 0.95, 2.5);
    }

    private static string? RealMatrix(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "shared", "data", "matrices", name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static void AssertPrefix(IProblemFamily<LinearSystem> family)
    {
        LinearSystem few = family.Draw(3, new RandomStream(8)), many = family.Draw(13, new RandomStream(8));
        for (int s = 0; s < 3; s++)
        {
            Assert.Equal(Assembled.Instance(few.RightHandSide, s), Assembled.Instance(many.RightHandSide, s));
            Assert.Equal(Assembled.Of(few.Operator, s).AsSpan().ToArray(), Assembled.Of(many.Operator, s).AsSpan().ToArray());
        }
    }

    private static SparseMatrix Tridiagonal(int n, double shift)
    {
        List<int> rows = [], columns = [];
        List<double> values = [];
        for (int i = 0; i < n; i++)
        {
            for (int j = Math.Max(0, i - 1); j <= Math.Min(n - 1, i + 1); j++)
            {
                rows.Add(i);
                columns.Add(j);
                values.Add(i == j ? 2 + (shift * (i == 0 ? 1 : 0.5)) : -1);
            }
        }

        return SparseMatrix.FromTriplets(n, n, [.. rows], [.. columns], [.. values]);
    }

    private static Settings Section(params (string Key, string Text)[] entries)
    {
        var settings = new Settings("test", "family");
        foreach ((string key, string text) in entries)
        {
            settings.Set(key, text);
        }

        return settings;
    }

    private static string Message(Settings settings) => Assert.Throws<InvalidInputException>(() => LinearFamilies.Create(settings)).Message;

    private string At(string name) => Path.Combine(_folder, name);

    private void Write(string name, SparseMatrix matrix) => MatrixMarketWriter.Write(At(name), matrix);
}
