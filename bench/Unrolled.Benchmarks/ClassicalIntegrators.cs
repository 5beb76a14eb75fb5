using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Benchmarks;

/// <summary>The bar that learned integrators must clear: every classical method on 200 held-out instances at equal evaluations.</summary>
internal static class ClassicalIntegrators
{
    public static void Run()
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
            Console.WriteLine($"{kind}, {budget} evaluations, {comparison.Checkpoints} checkpoints, best {comparison.BestClassical.Name}");
            foreach (MethodMeasurement row in comparison.Rows.OrderBy(r => r.GeometricMean))
            {
                Console.WriteLine(
                    $"  {row.Name,-22} {row.Steps,4} steps {row.Evaluations,4} evaluations  geometric mean {row.GeometricMean:e1}  median {row.Median:e1}  worst {row.Worst:e1}  completed {row.CompletedCount}");
            }
        }
    }
}
