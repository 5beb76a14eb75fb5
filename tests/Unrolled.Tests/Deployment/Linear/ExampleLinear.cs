using System.Numerics;
using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Tests.Deployment.Linear;

/// <summary>Models of linear solvers of every form, and a system of 13 unknowns, eigenvalues near [0.5, 1.5], to run them on.</summary>
internal static class ExampleLinear
{
    public const int Unknowns = 13;

    /// <summary>Row by row: nearly the identity, not symmetric.</summary>
    public static double[] Matrix { get; } = [.. Enumerable.Range(0, Unknowns * Unknowns).Select(k =>
        (k / Unknowns == k % Unknowns ? 1 : 0) + (0.07 * Math.Sin((3 * k) + 1)))];

    public static double[] RightHandSide { get; } = [.. Enumerable.Range(0, Unknowns).Select(i => Math.Cos(i) - 0.2)];

    public static double[] Start { get; } = [.. Enumerable.Range(0, Unknowns).Select(i => 0.3 * Math.Sin(5 * i))];

    /// <summary>The diagonal of M^-1.</summary>
    public static double[] Inverse { get; } = [.. Enumerable.Range(0, Unknowns).Select(i => 1 + (0.1 * Math.Cos(2 * i)))];

    /// <summary>Every form: two methods from real roots, one from pairs of complex roots, general weights, and general weights with a preconditioner.</summary>
    public static IReadOnlyList<Model> Models { get; } = [.. CreateAll()];

    private static IEnumerable<Model> CreateAll()
    {
        yield return Create(LearnedKrylov.FromRoots([0.6, 1.0, 1.4]), LearnedKrylov.FromRoots([0.5, 0.75, 1.0, 1.25, 1.5]), LearnedKrylov.FromRoots([1.1]));
        yield return Create(LearnedKrylov.FromRoots([new Complex(0.9, 0.3), new Complex(0.9, -0.3), 1.2, new Complex(1, 0.5), new Complex(1, -0.5)]));
        yield return Create(General(4));
        yield return Create("jacobi", General(2), General(5));
    }

    public static Model Create(params LearnedKrylov[] methods) => Create("none", methods);

    public static LinearSystem System(double scale, bool preconditioned, bool started, bool homogeneous)
    {
        var a = new DenseOperator(Unknowns, Unknowns, Batch.Of(Matrix.Select(v => scale * v).ToArray()));
        var system = new LinearSystem(a, Batch.Of(homogeneous ? new double[Unknowns] : RightHandSide));
        if (preconditioned)
        {
            double[] entries = new double[Unknowns * Unknowns];
            for (int i = 0; i < Unknowns; i++)
            {
                entries[(Unknowns + 1) * i] = Inverse[i];
            }

            system = system.PreconditionedBy(new DenseOperator(Unknowns, Unknowns, Batch.Of(entries)));
        }

        return system.StartingAt(Batch.Of(started ? Start : new double[Unknowns]));
    }

    /// <summary>Weights without structure: those of Richardson's iteration, changed.</summary>
    private static LearnedKrylov General(int evaluations) =>
        new([.. Enumerable.Range(1, evaluations).SelectMany(j => Enumerable.Range(0, j).Select(l => -0.85 + (0.1 * Math.Sin((7 * j) + l))))]);

    private static Model Create(string preconditioner, params LearnedKrylov[] methods)
    {
        var parameters = new Parameters([.. methods.Select(m => ($"weights-{m.InnerEvaluations}", new[] { m.Weights.Length }))]);
        foreach (LearnedKrylov method in methods)
        {
            method.Weights.CopyTo(parameters[$"weights-{method.InnerEvaluations}"]);
        }

        var settings = new Settings("model", "methodSettings");
        settings.Set("preconditioner", preconditioner);
        var family = new Settings("model", "family");
        family.Set("kind", "an example */ \"\"\" \\");
        family.Set("scaling", preconditioner == "none" ? "none" : "equilibrate");
        return new Model
        {
            Method = "krylov",
            Description = "Solvers for: an example */ \"\"\" \\.",
            MethodSettings = settings,
            Family = family,
            ValidRanges = preconditioner == "none" ? [new ValidRange(LearnedLinear.Spectrum, 0.5, 1.5)] : [],
            Parameters = parameters,
            Training = new TrainingRecord { Seed = 1, Trainer = "none", Seconds = 0, Loss = 0, Instances = 1 },
            Certificates = [.. methods.Select((m, i) => new Certificate($"{m.Name}: contracts", 0.25, 1, i == 0, []))],
        };
    }
}
