using Unrolled.Cli.Workloads.Nonlinear;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Deployment.Nonlinear;

/// <summary>A nonlinear solver with made-up weights for a family, and parameters and starts to run it from.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Model">The model.</param>
/// <param name="Exact">Whether all languages with a fused operation round its equations alike.</param>
/// <param name="Parameters">Parameters inside the ranges and, last, outside.</param>
internal sealed record ExampleNonlinear(string Name, Model Model, bool Exact, double[][] Parameters)
{
    private const string Radiation = """
        up = T1^4 - T2^4
        down = T2^4 - T3^4
        0 = T1 - 1.2 + s*up
        0 = T2 - 1 + s*(down - up)
        0 = T3 - 0.8 - s*down
        """;

    // min, max, abs, sign and a division, with two parameters that vary and one that does not
    private const string Kinks = """
        0 = x - max(a*y, b) + 0.1*abs(z)
        0 = y - 0.5*min(x, z)/(1 + y^2) - k
        0 = z - a + 0.2*sign(x)*sqrt(1 + x^2)
        """;

    public NonlinearFamily Family { get; } = NonlinearFamilies.Create(Model.Family);

    public LearnedNonlinear Learned { get; } = LearnedNonlinear.Of(Model);

    /// <summary>Both forms, constant weights and polynomials, with and without preconditioners, and equations that are the caller's.</summary>
    public static IReadOnlyList<ExampleNonlinear> All { get; } = [.. Create()];

    private static IEnumerable<ExampleNonlinear> Create()
    {
        double[][] s = [[0.1], [0.07], [0.3]], kinks = [[1.1, 0.2, 0.25], [0.9, -0.1, 0.25], [1.1, 0.2, 0.3], [9, 0, 0.25]];
        foreach (LearnedForm form in Enum.GetValues<LearnedForm>())
        {
            yield return Own($"radiation, {form}", form, Radiation, ["s: uniform(0.05, 0.2)"], ["T1: 1", "T2: 1", "T3: 1"], 3, 0, 0, s);
            yield return Own($"radiation with polynomials, {form}", form, Radiation, ["s: uniform(0.05, 0.2)"], ["T1: 1", "T2: 1", "T3: 1"], 2, 1, 3, s);
            yield return Own($"kinks, {form}", form, Kinks, ["a: normal(1, 0.1)", "b: uniform(-0.5, 0.5)", "k: 0.25"], ["x: 0", "y: 0", "z: 0"], 4, 2, 2, kinks);
            yield return Known($"Burgers, {form}", form, "burgers", "grid", 9, 3, 1, 1, true, [[0.3], [0.15], [0.5]]);
            yield return Known($"Bratu, {form}", form, "bratu-2d", "grid", 3, 2, 0, 0, false, [[1.5], [5], [7]]);
            yield return Known($"Chandrasekhar, {form}", form, "chandrasekhar", "m", 5, 3, 0, 0, true, [[0.875], [0.9]]);
        }

        yield return Own("one weight", LearnedForm.Direct, "0 = x - 0.3*x^2 - 0.2", [], ["x: uniform(0, 1)"], 1, 0, 0, [[]]);
    }

    /// <summary>The starts of the runs: near a solution, away from it, and where F overflows.</summary>
    public double[][] Starts()
    {
        int n = Family.Unknowns.Length;
        double[] Start(Func<int, double> value) => [.. Enumerable.Range(0, n).Select(value)];
        return [Start(i => 0.9 + (0.05 * Math.Cos(3 * i))), Start(i => 0.2 * Math.Sin(i + 1)), Start(i => 1.7 - (0.4 * i)), Start(i => i == 0 ? 1e200 : 1)];
    }

    private static ExampleNonlinear Own(string name, LearnedForm form, string equations, string[] parameters, string[] initial, int evaluations, int coordinates, int degree, double[][] values)
    {
        var family = new Settings("model", "family");
        family.Set("equations", equations);
        Fill(family.Section("parameters"), parameters);
        Fill(family.Section("initial"), initial);
        return new(name, Create(family, form, evaluations, coordinates, degree), true, values);
    }

    private static ExampleNonlinear Known(
        string name, LearnedForm form, string kind, string size, int count, int evaluations, int coordinates, int degree, bool exact, double[][] values)
    {
        var family = new Settings("model", "family");
        family.Set("kind", kind);
        family.Set(size, $"{count}");
        return new(name, Create(family, form, evaluations, coordinates, degree), exact, values);
    }

    private static void Fill(Settings section, string[] values)
    {
        foreach (string[] pair in values.Select(v => v.Split(": ")))
        {
            section.Set(pair[0], pair[1]);
        }
    }

    private static Model Create(Settings family, LearnedForm form, int evaluations, int coordinates, int degree)
    {
        int basis = LearnedCoefficients.BasisLengthFor(coordinates, degree);
        double Weight(int k)
        {
            return k % basis == 0 ? (-1.1 / evaluations) + (0.05 * Math.Sin(k)) : 0.03 * Math.Cos(k);
        }

        var learned = new LearnedNonlinear(
            form, new LearnedCoefficients(evaluations, coordinates, degree, [.. Enumerable.Range(0, evaluations * (evaluations + 1) / 2 * basis).Select(Weight)]), evaluations == 2 ? 0.3 : 0.9,
            form == LearnedForm.Direct && evaluations == 4 ? 2 : 0);
        var settings = new Settings("model", "methodSettings");
        learned.WriteTo(settings);
        return new Model
        {
            Method = "nonlinear-solver",
            Description = "An example.",
            MethodSettings = settings,
            Family = family,
            ValidRanges = NonlinearRanges.Of(NonlinearFamilies.Create(family)),
            Parameters = learned.ToParameters(),
            Training = new TrainingRecord { Seed = 1, Trainer = "none", Seconds = 0, Loss = 0, Instances = 1 },
        };
    }
}
