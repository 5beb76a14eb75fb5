using System.Text.Json.Nodes;
using Unrolled.RungeKutta;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Integrators;

/// <summary>
/// Butcher tableaus as JSON: <c>A</c> (rows of the strictly lower triangle), <c>b</c>, <c>c</c>; for a method with memory also <c>U</c> and
/// <c>v</c>, the weights of what is remembered, and either the tableau of the first step or the start of a multistep method.
/// </summary>
/// <remarks>
/// <c>rememberedFrom</c> is <see cref="IntegratorCoefficients.RememberedFrom"/>. <c>start</c> is an <see cref="IntegratorStart"/>: <c>A</c> and
/// <c>c</c> of its stages, <c>W</c> with a row for every state. Coefficients that depend on the step size h: A and b are the parent's, to
/// which <c>epsilon^exponent</c> times A and b of each of the <c>corrections</c> are added; c are then the sums of the rows. epsilon is
/// <c>h/baseStep</c>, times <c>(p_i/reference)^exponent</c> for each parameter in <c>scale</c>.
/// </remarks>
internal sealed class JsonIntegratorSource : IntegratorSource
{
    private protected override string Write(LearnedIntegrator integrator, IntegratorCoefficients parent, string name)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        var json = new JsonObject { ["format"] = "unrolled-integrator", ["name"] = name, ["method"] = learned.Name, ["family"] = integrator.Family.Description };
        json["states"] = Names(integrator.Family.Function.Inputs[0].Components);
        json["parameters"] = Names(integrator.Family.Function.Inputs[1].Components);
        Add(json, learned.Stages, learned.Memory, learned.Rows, learned.Nodes);
        if (learned.Memory > 0)
        {
            json["rememberedFrom"] = learned.RememberedFrom;
        }

        if (learned.Start is { } start)
        {
            json["start"] = new JsonObject
            {
                ["method"] = start.Method, ["steps"] = start.Steps, ["A"] = Matrix(start.Rows), ["c"] = ResultNumbers.ToJson([.. start.Nodes]), ["W"] = Matrix(start.States),
            };
        }
        else if (learned.Memory > 0)
        {
            json["firstStep"] = Add([], learned.Stages, 0, learned.FirstRows, learned.FirstNodes);
        }

        if (learned.Corrections.Count > 0)
        {
            json["baseStep"] = learned.BaseStep;
            if (learned.Scale.DependsOnParameters)
            {
                json["scale"] = new JsonArray([.. learned.Scale.Exponents.Zip(learned.Scale.References, integrator.Family.Function.Inputs[1].Components)
                    .Where(p => p.First != 0).Select(p => new JsonObject { ["parameter"] = p.Third, ["exponent"] = p.First, ["reference"] = p.Second })]);
            }

            json["corrections"] = new JsonArray([.. learned.Corrections.Select(c => Correction(c, learned.Stages))]);
        }

        json["validStepSizes"] = Interval(integrator.ValidSteps);
        json["validParameters"] = new JsonArray([.. integrator.ValidParameters.Select(Interval)]);
        json["parent"] = Add(new JsonObject { ["method"] = parent.Name }, parent.Stages, parent.Memory, parent.Rows, parent.Nodes);
        return Json(json);
    }

    private static JsonObject Add(JsonObject json, int stages, int memory, IReadOnlyList<double[]> rows, IReadOnlyList<double> nodes)
    {
        json["stages"] = stages;
        json["A"] = Matrix(rows.Take(stages).Select((r, i) => r[..i]));
        json["b"] = ResultNumbers.ToJson(rows[stages].AsSpan(0, stages));
        json["c"] = ResultNumbers.ToJson([.. nodes]);
        if (memory > 0)
        {
            json["memory"] = memory;
            json["U"] = Matrix(rows.Take(stages).Select((r, i) => r[i..]));
            json["v"] = ResultNumbers.ToJson(rows[stages].AsSpan(stages));
        }

        return json;
    }

    private static JsonObject Correction(StepCorrection correction, int stages)
    {
        double[] delta = [.. correction.Delta];
        return new()
        {
            ["exponent"] = correction.Exponent,
            ["A"] = Matrix(Enumerable.Range(0, stages).Select(i => PackedTriangle.Row<double>(delta, i).ToArray())),
            ["b"] = ResultNumbers.ToJson(PackedTriangle.Row<double>(delta, stages)),
        };
    }

    private static JsonArray Interval(ValidInterval interval) => ResultNumbers.ToJson([interval.Low, interval.High]);
}
