using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.Deployment;

/// <summary>Models of integrators with made-up coefficients: with and without memory.</summary>
internal static class ExampleIntegrators
{
    public const string VanDerPol = "dx = y\ndy = mu*(1 - x^2)*y - x";

    /// <summary>A model whose coefficients are those of RK4, changed a little, valid for steps from 0.05 to 0.2 and mu from 1 to 2.</summary>
    public static Model Create(int memory, string equations = VanDerPol)
    {
        ButcherTableau parent = Tableaus.RungeKutta4;
        double[] theta = [.. parent.Parameters];
        for (int i = 0; i < theta.Length - 1; i++)
        {
            theta[i] += 0.01 * Math.Sin(i + 1);
        }

        theta[^1] = 1 - theta[^4..^1].Sum();
        double[] remembered = [.. Enumerable.Range(0, 4 * memory).Select(i => 0.02 * Math.Cos(i))];
        if (memory > 0)
        {
            theta[^1] -= remembered[^memory..].Sum();
        }

        double[] all = memory == 0 ? theta : [.. theta, .. remembered, .. parent.Parameters];
        var parameters = new Parameters(("coefficients", [all.Length]), ("parent", [10]));
        all.CopyTo(parameters["coefficients"]);
        parent.Parameters.CopyTo(parameters["parent"]);
        var family = new Settings("test", "family");
        family.Set("equations", equations);
        family.Section("parameters").Set("mu", "uniform(1, 2)");
        family.Section("initial").Set("x", "uniform(-2, 2)");
        family.Section("initial").Set("y", "uniform(-2, 2)");
        family.Set("horizon", "10");
        var method = new Settings("test", "methodSettings");
        foreach ((string key, object value) in new (string, object)[]
        {
            ("kind", memory > 0 ? "two-step" : "runge-kutta"), ("name", "learned RK4"), ("stages", 4), ("memory", memory), ("parent", "RK4"), ("parent-order", 4),
            ("steps", 100), ("budget", 400), ("held-out", 20),
        })
        {
            method.Set(key, string.Create(CultureInfo.InvariantCulture, $"{value}"));
        }

        return new Model
        {
            Method = "runge-kutta",
            Description = "An example.",
            MethodSettings = method,
            Family = family,
            ValidRanges = [new ValidRange(LearnedIntegrator.StepSize, 0.05, 0.2), new ValidRange("mu", 1, 2)],
            Parameters = parameters,
            Training = new TrainingRecord { Seed = 1, Trainer = "none", Seconds = 0, Loss = 1, Instances = 1 },
        };
    }
}
