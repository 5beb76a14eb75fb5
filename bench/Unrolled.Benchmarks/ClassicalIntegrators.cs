using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Benchmarks;

/// <summary>The bar that learned integrators must clear: every classical method on 200 held-out instances at equal evaluations.</summary>
internal static class ClassicalIntegrators
{
    public static Scenario Scenario { get; } = new("classical-integrators", "the bar that learned integrators must clear: errors of every classical method at equal evaluations on 200 instances", Run);

    private static void Run(Results results)
    {
        ReferenceTrajectories references = new();
        foreach ((string kind, int budget) in new[]
        {
            ("van-der-pol", 480), ("van-der-pol", 240), ("lotka-volterra", 240), ("lotka-volterra", 120), ("pendulum", 240), ("pendulum", 120),
            ("fitzhugh-nagumo", 120), ("rigid-body", 240), ("brusselator", 120), ("lorenz", 240), ("kepler", 480), ("van-der-pol-box", 60),
        })
        {
            InitialValueProblem problem = OdeFamilies.Create(kind).Draw(200, new RandomStream(1).Split("held-out"));
            IntegratorComparison comparison = IntegratorComparison.Measure(problem, budget, references: references);
            results.Table($"{kind}, {budget} evaluations, {comparison.Checkpoints} checkpoints: best {comparison.BestClassical.Name}",
                "method", "steps", "evaluations", "geometric mean of errors", "median", "worst", "completed");
            foreach (MethodMeasurement row in comparison.Rows.OrderBy(r => r.GeometricMean))
            {
                results.Row(row.Name, $"{row.Steps}", $"{row.Evaluations}", Number(row.GeometricMean), Number(row.Median), Number(row.Worst), $"{row.CompletedCount}");
            }
        }
    }

    private static string Number(double error) => error.ToString("0.0e0", CultureInfo.InvariantCulture);
}
