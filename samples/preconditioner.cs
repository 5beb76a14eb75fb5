#:project ../src/Unrolled/Unrolled.csproj
// Trains a preconditioner on the matrices that a simulation code has written, and uses it in CG on the matrix of a later time step.
// Run: dotnet run samples/preconditioner.cs [FOLDER with A*.mtx]
using Unrolled;
using Unrolled.Deployment.Linear;
using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;

string folder = args.Length > 0 ? args[0] : Directory.CreateTempSubdirectory("unrolled-").FullName;
if (args.Length == 0)
{
    for (int step = 0; step < 4; step++)
    {
        MatrixMarketWriter.Write(Path.Combine(folder, $"A{step}.mtx"), TimeStep(step));
    }
}

// Twelve evaluations a step: the method is a polynomial of the matrix whose residual is least over the spectra of these systems.
FolderFamily family = FolderFamily.Read(folder);
LearnedLinear learned = LinearTraining.Learn(family, new LinearTrainingOptions { InnerEvaluations = 12, Instances = 40 });
Console.WriteLine($"{learned.Description}");

// A later matrix, and the user's own right-hand side and tolerance; the residual of the answer is recomputed, never assumed.
SparseMatrix later = args.Length > 0 ? MatrixMarketReader.Read(Directory.GetFiles(folder, "A*.mtx").Max()!).ToSparse() : TimeStep(9);
double[] b = [.. Enumerable.Range(0, later.Rows).Select(i => Math.Sin(0.01 * i))];
var system = new LinearSystem(later, b);
var polynomial = PolynomialPreconditioner.Of(learned.Method, later, family.ScalingKind);
foreach ((string name, LinearSystem one) in new[]
{
    ("CG", system),
    ("CG with SSOR", system.PreconditionedBy(Preconditioner.Create("ssor", system.Operator)!)),
    ("CG with the learned polynomial", system.PreconditionedBy(polynomial)),
})
{
    Solution solution = Solver.Solve(new ConjugateGradient(), one, StoppingCriterion.Relative(1e-10)).EnsureConverged();
    Outcome outcome = solution.Outcome();
    Console.WriteLine($"{name}: {outcome.Iterations} iterations, |b - A x|/|b| = {outcome.RelativeResidual:e2}, {solution.Elapsed.TotalMilliseconds:f1} ms");
}

// What stands in for the simulation: a step of backward Euler for heat in a plate whose conductivity moves.
static SparseMatrix TimeStep(int step)
{
    const int n = 48;
    var entries = new List<(int Row, int Column, double Value)>();
    double Conductivity(double x, double y) => 1 + (9 * Math.Exp(-40 * (Math.Pow(x - 0.3 - (0.04 * step), 2) + Math.Pow(y - 0.5, 2))));
    for (int i = 0; i < n * n; i++)
    {
        double sum = 1;
        foreach ((int dx, int dy) in new[] { (1, 0), (-1, 0), (0, 1), (0, -1) })
        {
            int x = (i % n) + dx, y = (i / n) + dy;
            double k = 20 * Conductivity(((i % n) + (dx / 2.0)) / n, ((i / n) + (dy / 2.0)) / n);
            sum += k;
            if (x is >= 0 and < n && y is >= 0 and < n)
            {
                entries.Add((i, (y * n) + x, -k));
            }
        }

        entries.Add((i, i, sum));
    }

    return SparseMatrix.FromTriplets(n * n, n * n, [.. entries.Select(e => e.Row)], [.. entries.Select(e => e.Column)], [.. entries.Select(e => e.Value)]);
}
