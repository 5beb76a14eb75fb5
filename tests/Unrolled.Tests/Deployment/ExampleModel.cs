using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Tests.Deployment;

/// <summary>A small model with every kind of member.</summary>
internal static class ExampleModel
{
    public static Model Create()
    {
        var parameters = new Parameters(("weights", [2, 3]), ("shift", []));
        new[] { 0.1, 1.0 / 3, -0.0, double.Epsilon, double.MaxValue, 1e-5 }.CopyTo(parameters["weights"]);
        parameters["shift"][0] = Math.PI;
        var family = new Settings("test", "family");
        family.Set("kind", "fixed \"5 x 5\"\nmatrix ‖b‖");
        family.Set("size", "5");
        family.Set("scale", "1.50e-03");
        family.Section("noise").Set("law", "normal(0, 1)");
        family.Set("sizes", new Setting { Items = [new Setting { Text = "5" }, new Setting { Text = "007" }] });
        var method = new Settings("test", "methodSettings");
        method.Set("flexible", "true");
        return new Model
        {
            Method = "krylov",
            Description = "A fixed-size iteration for one 5 x 5 matrix.",
            MethodSettings = method,
            Family = family,
            ValidRanges = [new ValidRange("eigenvalues", 1, 14.5), new ValidRange("size", 5, 5)],
            Parameters = parameters,
            Training = new TrainingRecord
            {
                Seed = ulong.MaxValue,
                Trainer = "least squares",
                Seconds = 0.25,
                Loss = 4.7e-4,
                Instances = 40,
                Date = new DateTimeOffset(2026, 11, 21, 7, 0, 0, TimeSpan.Zero),
            },
            Certificates = [new Certificate("contraction", 0.9, 1, true, ["the spectrum lies in [1, 14.5]"])],
            Results = new JsonObject
            {
                ["curve"] = ResultNumbers.ToJson([1, 0.1, double.NaN, 1e-300]),
                ["held-out"] = new JsonArray(new JsonObject { ["method"] = "GMRES", ["mean"] = 0.5 }),
            },
        };
    }
}
