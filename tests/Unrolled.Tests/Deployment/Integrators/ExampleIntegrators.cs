using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.Deployment.Integrators;

/// <summary>Models of integrators with made-up coefficients, of every kind, for equations with a parameter mu from 1 to 2 over a horizon of 10.</summary>
internal static class ExampleIntegrators
{
    public const string VanDerPol = "dx = y\ndy = mu*(1 - x^2)*y - x";

    /// <summary>With time, and with operations alone that all languages round alike; even an unstable method does not overflow.</summary>
    public const string Forced = "dx = y\ndy = 1/(3 + t) - mu*x*sqrt(1 + t)/((1 + x^2)*(2 + t)) - 0.1*y";

    /// <summary>A model whose coefficients are those of RK4, changed a little, with or without memory, valid for steps from 0.05 to 0.2.</summary>
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
        return Create(equations, all, parent.Parameters, new(0.05, 0.2),
            ("kind", memory > 0 ? "two-step" : "runge-kutta"), ("name", "learned RK4"), ("stages", 4), ("memory", memory), ("parent", "RK4"), ("parent-order", 4));
    }

    /// <summary>A multistep method whose weights are those of Adams and Bashforth, changed a little, valid for steps from 0.05 to 0.2.</summary>
    public static Model Multistep(int steps, string equations = VanDerPol)
    {
        var parent = new AdamsBashforth(steps);
        double[] weights = [.. parent.Weights];
        for (int j = 1; j < steps; j++)
        {
            double change = 0.01 * Math.Sin(j);
            weights[j] += change;
            weights[0] -= change;
        }

        return Create(equations, weights, parent.Weights, new(0.05, 0.2),
            ("kind", "multistep"), ("name", $"learned {parent.Name}"), ("stages", 1), ("memory", steps - 1), ("parent", parent.Name), ("parent-order", steps));
    }

    /// <summary>
    /// A method with one made-up correction for every exponent, for steps up to 0.2; <paramref name="sparse"/> corrections leave alone the
    /// last row of a, the weights, and hence a first-same-as-last stage.
    /// </summary>
    public static Model StepConditioned(ButcherTableau parent, int[] exponents, bool sparse = false, string equations = VanDerPol)
    {
        int s = parent.Stages, untouched = sparse ? (2 * s) - 1 : 1;
        double[] all = [.. exponents.SelectMany((r, k) =>
        {
            double[] delta = new double[parent.Parameters.Length];
            for (int i = 0; i < delta.Length - untouched; i++)
            {
                delta[i] = 0.02 * Math.Cos(i + (3 * k) + r);
            }

            delta[^1] = -delta[^s..^1].Sum();
            return delta;
        })];
        return Create(equations, all, parent.Parameters, new(0, 0.2),
            ("kind", "step-conditioned"), ("name", $"learned {parent.Name}"), ("stages", s), ("memory", 0), ("parent", parent.Name), ("parent-order", parent.Order),
            ("exponents", string.Join(", ", exponents)), ("base-step", 0.2));
    }

    /// <summary>The same with the step in units that depend on mu: epsilon = (h/0.2) (mu/1.4)^0.37.</summary>
    public static Model Scaled(ButcherTableau parent, int[] exponents, string equations = VanDerPol)
    {
        Model model = StepConditioned(parent, exponents, equations: equations);
        double[] corrections = [.. model.Parameters["coefficients"]];
        var parameters = new Parameters(("coefficients", [corrections.Length + 1]), ("parent", [parent.Parameters.Length]));
        parameters["coefficients"][0] = 0.37;
        corrections.CopyTo(parameters["coefficients"][1..]);
        parent.Parameters.CopyTo(parameters["parent"]);
        model.MethodSettings.Set("reference-parameters", "1.4");
        return model with { Parameters = parameters };
    }

    private static Model Create(string equations, double[] coefficients, ReadOnlySpan<double> parent, ValidInterval steps, params (string Key, object Value)[] settings)
    {
        var parameters = new Parameters(("coefficients", [coefficients.Length]), ("parent", [parent.Length]));
        coefficients.CopyTo(parameters["coefficients"]);
        parent.CopyTo(parameters["parent"]);
        var family = new Settings("test", "family");
        family.Set("equations", equations);
        family.Section("parameters").Set("mu", "uniform(1, 2)");
        family.Section("initial").Set("x", "uniform(-2, 2)");
        family.Section("initial").Set("y", "uniform(-2, 2)");
        family.Set("horizon", "10");
        var method = new Settings("test", "methodSettings");
        foreach ((string key, object value) in (IEnumerable<(string, object)>)[.. settings, ("steps", 100), ("budget", 400), ("held-out", 20)])
        {
            method.Set(key, string.Create(CultureInfo.InvariantCulture, $"{value}"));
        }

        return new Model
        {
            Method = "runge-kutta",
            Description = "An example.",
            MethodSettings = method,
            Family = family,
            ValidRanges = [new ValidRange(LearnedIntegrator.StepSize, steps.Low, steps.High), new ValidRange("mu", 1, 2)],
            Parameters = parameters,
            Training = new TrainingRecord { Seed = 1, Trainer = "none", Seconds = 0, Loss = 1, Instances = 1 },
        };
    }
}
