using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class IntegratorComparisonTests
{
    /// <summary>Prototypes measured the same in another language on other draws of the same families; Adams-Bashforth from exact values there.</summary>
    [Theory]
    [InlineData("van-der-pol", 480, 3.9e-4, 1.5e-4, 4.5e-6)]
    [InlineData("van-der-pol", 240, 2.7e-2, 7.6e-3, 2.6e-3)]
    [InlineData("lotka-volterra", 240, 1.1e-6, 4.2e-7, 5.5e-9)]
    [InlineData("lotka-volterra", 120, 5.6e-5, 2.6e-5, 2.2e-6)]
    [InlineData("pendulum", 240, 4.0e-6, 7.5e-7, 1.7e-8)]
    [InlineData("pendulum", 120, 2.2e-4, 4.9e-5, 5.3e-6)]
    public void Classical_methods_measure_as_prototypes_did(string kind, int budget, double dormandPrince, double tsitouras, double dop853)
    {
        IntegratorComparison comparison = IntegratorComparison.Measure(OdeFamilies.Create(kind).Draw(200, new RandomStream(1)), budget);
        Assert.InRange(Row("Dormand-Prince 5(4)").GeometricMean / dormandPrince, 0.5, 1.3);
        Assert.InRange(Row("Tsitouras 5(4)").GeometricMean / tsitouras, 0.5, 1.3);
        Assert.InRange(Row("DOP853").GeometricMean / dop853, 0.5, 1.3);
        Assert.All(comparison.Rows, row => Assert.InRange(row.Evaluations, 1, budget));
        Assert.Contains(comparison.BestClassical.Name, (string[])["DOP853", "AB5", "AB6", "AB7"]);
        Assert.Equal(IntegratorComparison.Classical.Count, comparison.Rows.Count);

        MethodMeasurement Row(string name) => comparison.Rows.Single(r => r.Name == name);
    }

    [Fact]
    public void Other_methods_stand_beside_the_classical_ones()
    {
        InitialValueProblem problem = OdeFamilies.Create("lotka-volterra").Draw(20, new RandomStream(1));
        FixedStepRungeKutta copy = new(new ButcherTableau("copy", 8, Tableaus.Dop853.Parameters));
        IntegratorComparison comparison = IntegratorComparison.Measure(problem, 120, [copy]);
        MethodMeasurement own = Assert.Single(comparison.OtherRows), classical = comparison.Rows.Single(r => r.Name == "DOP853");
        Assert.Equal(classical.Errors.ToArray(), own.Errors.ToArray());
        Assert.Equal(0, own.FractionBetterThan(classical));
        Assert.Equal(1, own.FractionBetterThan(comparison.Rows[0]));
        Assert.True(own.Worst >= own.Mean && own.Mean >= own.GeometricMean && own.CompletedCount == 20);
    }

    [Fact]
    public void A_budget_too_small_is_refused() =>
        Assert.Throws<ArgumentException>(() => IntegratorComparison.Measure(OdeFamilies.Create("square").Draw(2, new RandomStream(1)), 1));

    [Fact]
    public void References_agree_with_solutions_in_closed_form()
    {
        InitialValueProblem problem = OdeFamilies.Create("square").Draw(30, new RandomStream(2));
        Batch states = new ReferenceTrajectories().States(problem, 4);
        for (int s = 0; s < 30; s++)
        {
            for (int c = 0; c < 4; c++)
            {
                double y = problem.InitialValues[0, s], exact = y / (1 + (problem.Parameters[0, s] * y * 0.25 * (c + 1)));
                Assert.InRange(states[c, s], exact - 1e-13, exact + 1e-13);
            }
        }
    }

    [Fact]
    public void References_are_remembered_by_contents_in_memory_and_in_a_folder()
    {
        string folder = Directory.CreateTempSubdirectory("references").FullName;
        try
        {
            InitialValueProblem problem = OdeFamilies.Create("pendulum").Draw(5, new RandomStream(2));
            ReferenceTrajectories first = new(folder);
            double[] computed = first.States(problem, 3).Values.ToArray();
            Assert.Equal(computed, first.States(OdeFamilies.Create("pendulum").Draw(5, new RandomStream(2)), 3).Values.ToArray());
            Assert.Equal(1, first.ComputedCount);
            first.States(problem, 4);
            first.States(problem.WithHorizon(9), 3);
            Assert.Equal(3, first.ComputedCount);

            ReferenceTrajectories second = new(folder);
            Assert.Equal(computed, second.States(problem, 3).Values.ToArray());
            Assert.Equal(0, second.ComputedCount);

            foreach (string file in Directory.GetFiles(folder))
            {
                byte[] bytes = File.ReadAllBytes(file);
                bytes[3] ^= 1;
                File.WriteAllBytes(file, bytes);
            }

            ReferenceTrajectories third = new(folder);
            Assert.Equal(computed, third.States(problem, 3).Values.ToArray());
            Assert.Equal(1, third.ComputedCount);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
