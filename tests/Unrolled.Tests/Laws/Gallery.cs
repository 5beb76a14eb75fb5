using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Laws;

/// <summary>A system of the gallery.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Class">What it offers.</param>
/// <param name="Matrix">Its matrix.</param>
/// <param name="RightHandSide">Its right-hand side.</param>
/// <param name="Smallest">The least eigenvalue, or a bound below it, for methods that ask.</param>
/// <param name="Largest">The largest eigenvalue, or a bound above it.</param>
internal sealed record NamedSystem(string Name, SystemClass Class, SparseMatrix Matrix, double[] RightHandSide, double Smallest, double Largest)
{
    public int Order => Matrix.Rows;

    public SparseOperator Operator => new(Matrix);

    public LinearSystem Problem => new(Operator, RightHandSide);

    /// <summary><c>2^a A x = 2^b b</c>.</summary>
    public NamedSystem Scaled(int a, int b) => this with
    {
        Matrix = Matrix.WithValues(Array.ConvertAll(Matrix.Values.ToArray(), v => Math.ScaleB(v, a))),
        RightHandSide = Array.ConvertAll(RightHandSide, v => Math.ScaleB(v, b)),
        Smallest = Math.ScaleB(Smallest, a),
        Largest = Math.ScaleB(Largest, a),
    };

    public override string ToString() => Name;
}

/// <summary>Named systems: easy, hard and impossible.</summary>
internal static class Gallery
{
    /// <summary>Systems that every method made for their class solves to a relative residual of 1e-8.</summary>
    public static IReadOnlyList<NamedSystem> Solvable { get; } =
    [
        Poisson("poisson-2d", 12),
        RandomDefinite("random-definite", 40),
        Graded("graded", 24),
        Indefinite("indefinite", 30),
        ConvectionDiffusion("convection-diffusion", 12),
        Shifted("nonsymmetric-dense", 30),
    ];

    /// <summary>Consistent singular, inconsistent singular and nearly singular systems: whatever happens must be reported truthfully.</summary>
    public static IReadOnlyList<NamedSystem> Hard { get; } =
    [
        Neumann("singular-consistent", 8, consistent: true),
        Neumann("singular-inconsistent", 8, consistent: false),
        Hilbert("hilbert", 12),
        Nilpotent("nilpotent-consistent", 6, place: 0),
        Nilpotent("nilpotent-inconsistent", 6, place: 5),
        Rotation("skew", 8),
        new("zero-matrix", SystemClass.Symmetric, FromDense(4, (_, _) => 0), [1, 2, 3, 4], 1, 1),
    ];

    public static NamedSystem Named(string name) => Solvable.Concat(Hard).Single(s => s.Name == name);

    public static NamedSystem Poisson(string name, int side)
    {
        double sine = Math.Sin(Math.PI / (2 * (side + 1)));
        double smallest = 8 * sine * sine;
        return new(name, SystemClass.PositiveDefinite, Grid(side, 0), RandomVector(side * side, 1), smallest, 8 - smallest);
    }

    private static NamedSystem RandomDefinite(string name, int n) =>
        FromSpectrum(name, n, i => 1 + (9.0 * i / (n - 1)), 2);

    private static NamedSystem Indefinite(string name, int n) =>
        FromSpectrum(name, n, i => i % 3 == 0 ? -1 - (2.0 * i / n) : 1 + (4.0 * i / n), 3) with { Class = SystemClass.Symmetric };

    /// <summary>Poisson in one dimension, rows and columns scaled symmetrically by powers of 2 over three orders of magnitude.</summary>
    private static NamedSystem Graded(string name, int n)
    {
        SparseMatrix matrix = FromDense(n, (i, j) =>
            Math.Abs(i - j) > 1 ? 0 : Math.ScaleB(i == j ? 4 : -1, (-5 * i / n) + (-5 * j / n)));
        return new(name, SystemClass.PositiveDefinite, matrix, RandomVector(n, 4), 2 * Math.ScaleB(1, -10), 6);
    }

    private static NamedSystem ConvectionDiffusion(string name, int side) =>
        new(name, SystemClass.General, Grid(side, 0.5), RandomVector(side * side, 5), 1, 7);

    private static NamedSystem Shifted(string name, int n)
    {
        double[] entries = RandomVector(n * n, 6);
        return new(name, SystemClass.General, FromDense(n, (i, j) => entries[(i * n) + j] + (i == j ? 8 : 0)), RandomVector(n, 7), 1, 15);
    }

    private static NamedSystem Neumann(string name, int n, bool consistent)
    {
        SparseMatrix matrix = FromDense(n, (i, j) => i == j ? (i == 0 || i == n - 1 ? 1 : 2) : Math.Abs(i - j) == 1 ? -1 : 0);
        double[] b = new double[n];
        (b[0], b[n - 1]) = (1, consistent ? -1 : 1);
        return new(name, SystemClass.Symmetric, matrix, b, 0.1, 4);
    }

    private static NamedSystem Hilbert(string name, int n) =>
        new(name, SystemClass.PositiveDefinite, FromDense(n, (i, j) => 1.0 / (i + j + 1)), RandomVector(n, 8), 1e-17, 2);

    private static NamedSystem Nilpotent(string name, int n, int place)
    {
        double[] b = new double[n];
        b[place] = 1;
        return new(name, SystemClass.General, FromDense(n, (i, j) => j == i + 1 ? 1 : 0), b, 1, 1);
    }

    private static NamedSystem Rotation(string name, int n) =>
        new(name, SystemClass.General, FromDense(n, (i, j) => (i ^ 1) == j ? (i < j ? 1 + i : -1 - j) : 0), RandomVector(n, 9), 1, 8);

    /// <summary><c>Q diag Q^T</c> with a random reflection Q, so that the spectrum is known.</summary>
    private static NamedSystem FromSpectrum(string name, int n, Func<int, double> eigenvalue, ulong seed)
    {
        double[] v = RandomVector(n, seed);
        double square = v.Sum(x => x * x);
        double Reflection(int i, int j) => (i == j ? 1 : 0) - (2 * v[i] * v[j] / square);
        SparseMatrix matrix = FromDense(n, (i, j) =>
        {
            (int low, int high) = (Math.Min(i, j), Math.Max(i, j)); // symmetric to the bit
            return Enumerable.Range(0, n).Sum(k => Reflection(low, k) * eigenvalue(k) * Reflection(k, high));
        });
        return new(name, SystemClass.PositiveDefinite, matrix, RandomVector(n, seed + 100),
            Enumerable.Range(0, n).Min(eigenvalue), Enumerable.Range(0, n).Max(eigenvalue));
    }

    /// <summary>The 5-point Laplacian on a square, with centered convection along both axes.</summary>
    private static SparseMatrix Grid(int side, double convection) => FromDense(side * side, (p, q) =>
    {
        (int x, int y) = (p % side, p / side);
        (int dx, int dy) = ((q % side) - x, (q / side) - y);
        return (Math.Abs(dx) + Math.Abs(dy)) switch
        {
            0 => 4,
            1 => -1 + (convection * (dx + dy)),
            _ => 0,
        };
    });

    public static SparseMatrix FromDense(int n, Func<int, int, double> entry)
    {
        var start = new int[n + 1];
        var columns = new List<int>();
        var values = new List<double>();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double value = entry(i, j);
                if (value != 0)
                {
                    columns.Add(j);
                    values.Add(value);
                }
            }

            start[i + 1] = columns.Count;
        }

        return SparseMatrix.FromCompressedRows(n, n, start, [.. columns], [.. values]);
    }

    public static double[] RandomVector(int n, ulong seed) => Assembled.Random(n, 1, new RandomStream(seed)).Values.ToArray();
}
