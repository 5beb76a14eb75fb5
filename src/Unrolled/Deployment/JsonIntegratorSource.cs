using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unrolled.RungeKutta;

namespace Unrolled.Deployment;

/// <summary>
/// Butcher tableaus as JSON: <c>A</c> (rows of the strictly lower triangle), <c>b</c>, <c>c</c>; for a method with memory also <c>U</c> and
/// <c>v</c>, the weights of the remembered stages, and the tableau of the first step.
/// </summary>
internal sealed class JsonIntegratorSource : IntegratorSource
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected override string Write(LearnedIntegrator integrator, IntegratorCoefficients parent, string name)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        var json = new JsonObject { ["format"] = "unrolled-integrator", ["name"] = name, ["method"] = learned.Name, ["family"] = integrator.Family.Description };
        json["states"] = Names(integrator.Family.Function.Inputs[0].Components);
        json["parameters"] = Names(integrator.Family.Function.Inputs[1].Components);
        Add(json, learned.Stages, learned.Memory, learned.Rows, learned.Nodes);
        if (learned.Memory > 0)
        {
            json["firstStep"] = Add([], learned.Stages, 0, learned.FirstRows, learned.FirstNodes);
        }

        json["validStepSizes"] = Interval(integrator.ValidSteps);
        json["validParameters"] = new JsonArray([.. integrator.ValidParameters.Select(Interval)]);
        json["parent"] = Add(new JsonObject { ["method"] = parent.Name }, parent.Stages, 0, parent.Rows, parent.Nodes);
        return json.ToJsonString(Format) + "\n";
    }

    private static JsonObject Add(JsonObject json, int stages, int memory, IReadOnlyList<double[]> rows, IReadOnlyList<double> nodes)
    {
        json["stages"] = stages;
        json["A"] = new JsonArray([.. rows.Take(stages).Select((r, i) => ResultNumbers.ToJson(r.AsSpan(0, i)))]);
        json["b"] = ResultNumbers.ToJson(rows[stages].AsSpan(0, stages));
        json["c"] = ResultNumbers.ToJson([.. nodes]);
        if (memory > 0)
        {
            json["memory"] = memory;
            json["U"] = new JsonArray([.. rows.Take(stages).Select((r, i) => ResultNumbers.ToJson(r.AsSpan(i)))]);
            json["v"] = ResultNumbers.ToJson(rows[stages].AsSpan(stages));
        }

        return json;
    }

    private static JsonArray Names(IReadOnlyList<string> names) => new([.. names.Select(n => (JsonNode)n)]);

    private static JsonArray Interval(ValidInterval interval) => ResultNumbers.ToJson([interval.Low, interval.High]);
}
