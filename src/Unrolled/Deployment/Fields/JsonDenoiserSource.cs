using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unrolled.Diffusion.Networks;

namespace Unrolled.Deployment.Fields;

/// <summary>
/// A network as JSON: its operations in order with their numbers, and what every one of them computes, in words. Operation i reads values by their
/// numbers and makes value i + 1; value 0 is the noisy input, scaled; the last value is the result.
/// </summary>
internal sealed class JsonDenoiserSource : DenoiserSource
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected override string Write(FieldProgram program, string description, string name)
    {
        int[] sets = [.. program.Steps.Select(s => s.Kernels).Distinct()];
        var json = new JsonObject
        {
            ["format"] = "unrolled-field-network",
            ["name"] = name,
            ["description"] = description,
            ["network"] = program.NetworkName,
            ["for"] = program.IsForSignals ? "signals" : "images",
            ["meaning"] = Meaning(program),
            ["boundary"] = "reflecting, edge included: x[-1] = x[0], x[-2] = x[1]",
            ["noise"] = ResultNumbers.ToJson([program.Noise.Least, program.Noise.Largest]),
            ["noiseUnit"] = program.NoiseUnit,
            ["levels"] = ResultNumbers.ToJson(program.Levels),
        };
        if (program.Flux is { } flux)
        {
            json["flux"] = Flux(flux);
            json["kernels"] = new JsonArray([.. sets.Select(start => Kernels(program, start, program.StepShape))]);
        }

        json["operations"] = new JsonArray([.. program.Nodes.Select(n => (JsonNode)Operation(program, n, sets))]);
        return json.ToJsonString(Format) + "\n";
    }

    private static JsonObject Meaning(FieldProgram program)
    {
        var meaning = new JsonObject
        {
            ["noise"] = "sigma is brought into [noise[0], noise[1]], which gives s; the input is multiplied by s/sigma, the result divided by it",
            ["levels"] = "a list 'by level' has one entry for every noise level; between two of them it is interpolated linearly in ln(s), outside it is that of the nearest",
        };
        if (program.Flux is { } flux)
        {
            meaning["symmetric-step"] = "u - tau K^T Phi(K u); (K u)_f[i, j] = sum over channels s and points (a, b) of kernel[f][s][a][b] u_s[i + a - height/2, j + b - width/2]; K^T is the adjoint of K with its boundary";
            meaning["contrast"] = "the natural logarithm of lambda, filter after filter";
            meaning["flux"] = flux.Kind switch
            {
                FluxKind.ClosedForm => "Phi(s) = g s with g as in 'formula', lambda the contrast of the filter",
                FluxKind.Mixture => "Phi(s) = s times the sum of weights[filter][i] g_i, g_i as in 'formula' with lambda times relativeContrast",
                FluxKind.Spline => "Phi is odd, linear between the knots lambda k_i, Phi(lambda k_i) = ratios[filter][i] lambda k_i, with the slope ratios[filter][n] behind the last knot and Phi(0) = 0",
                _ => "max(s, 0)",
            };
        }

        foreach (FieldNode node in program.Nodes)
        {
            (string key, string text) = node switch
            {
                BlendNode => ("blend", "x + weight (y - x)"),
                SumNode => ("sum", "x + scale y"),
                ConvolutionNode => ("convolution", "K u + bias with K as in symmetric steps, then max(., 0) if rectified"),
                LiftNode => ("lift", "the input in the first channels, zero in the others"),
                ProjectNode => ("project", "the first channels"),
                ConcatenateNode => ("concatenate", "the channels of y behind those of x"),
                DownsampleNode => ("downsample", "the means of pairs along both axes; an odd axis ends with a pair of one"),
                UpsampleNode => ("upsample", "every value repeated along both axes, to the extents of y"),
                _ => ("symmetric-step", string.Empty),
            };
            if (text.Length > 0)
            {
                meaning[key] = text;
            }
        }

        return meaning;
    }

    private static JsonObject Flux(FluxForm flux)
    {
        var json = new JsonObject { ["kind"] = flux.Kind switch { FluxKind.ClosedForm => "closed-form", FluxKind.Mixture => "mixture", FluxKind.Spline => "spline", _ => "relu" } };
        if (flux.Terms.Count > 0)
        {
            json["terms"] = new JsonArray([.. flux.Terms.Select(t => new JsonObject
            {
                ["name"] = t.Flux.Name,
                ["relativeContrast"] = t.RelativeContrast,
                ["formula"] = $"z = (s/lambda)^2; {string.Join("; ", FluxForm.Diffusivity(t.Flux, (f, arguments) => $"{f}({arguments})").Select(step => $"g = {step}"))}"
                    + (t.Flux.Degree == 1 ? string.Empty : "; g = g / lambda"),
            })]);
        }

        if (flux.Kind == FluxKind.Spline)
        {
            json["knots"] = ResultNumbers.ToJson([.. flux.Knots]);
        }

        return json;
    }

    private static JsonObject Operation(FieldProgram program, FieldNode node, int[] sets)
    {
        JsonArray ByLevel(int weight) => ResultNumbers.ToJson([.. program.Leveled.Select(l => l[program.LeveledIndex(weight)])]);
        string kind = node switch
        {
            SymmetricStepNode => "symmetric-step",
            ConvolutionNode => "convolution",
            BlendNode => "blend",
            SumNode => "sum",
            LiftNode => "lift",
            ProjectNode => "project",
            ConcatenateNode => "concatenate",
            DownsampleNode => "downsample",
            UpsampleNode => "upsample",
            _ => throw new ArgumentException($"the operation {node.GetType().Name} cannot be exported", nameof(node)),
        };
        var json = new JsonObject { ["operation"] = kind, ["reads"] = new JsonArray([.. node.Inputs.Select(v => (JsonNode)v)]), ["channels"] = node.Channels };
        switch (node)
        {
            case SymmetricStepNode s:
                json["kernels"] = Array.IndexOf(sets, s.Kernels);
                json["tauByLevel"] = ByLevel(s.Step);
                AddFlux(json, program, program.Flux!, program.LeveledIndex(s.FluxNumbers));
                break;
            case ConvolutionNode c:
                json["kernel"] = Kernels(program, c.Kernels, c.Shape);
                json["bias"] = ResultNumbers.ToJson(program.FixedNumbers(c.Biases, c.Shape.Filters));
                json["rectified"] = c.End == Rectification.Relu;
                break;
            case BlendNode b:
                json["weightByLevel"] = ByLevel(b.Weight);
                break;
            case SumNode s:
                json["scale"] = s.Scale;
                break;
        }

        return json;
    }

    private static void AddFlux(JsonObject json, FieldProgram program, FluxForm flux, int start)
    {
        int per = flux.PerFilter, filters = flux.Filters;
        if (per > 0)
        {
            json[flux.Kind == FluxKind.Mixture ? "weightsByLevel" : "ratiosByLevel"] = new JsonArray([.. program.Leveled.Select(l =>
                (JsonNode)new JsonArray([.. Enumerable.Range(0, filters).Select(f => (JsonNode)ResultNumbers.ToJson(l.AsSpan(start + (f * per), per)))]))]);
        }

        if (flux.Kind != FluxKind.Relu)
        {
            json["contrastByLevel"] = new JsonArray([.. program.Leveled.Select(l => (JsonNode)ResultNumbers.ToJson(l.AsSpan(start + (filters * per), filters)))]);
        }
    }

    private static JsonArray Kernels(FieldProgram program, int start, BankShape shape)
    {
        JsonArray Plane(int at) => new([.. Enumerable.Range(0, shape.KernelRows).Select(a => (JsonNode)ResultNumbers.ToJson(program.FixedNumbers(at + (a * shape.KernelColumns), shape.KernelColumns)))]);
        int points = shape.KernelRows * shape.KernelColumns;
        return new([.. Enumerable.Range(0, shape.Filters).Select(f =>
            (JsonNode)new JsonArray([.. Enumerable.Range(0, shape.Channels).Select(s => (JsonNode)Plane(start + (((f * shape.Channels) + s) * points)))]))]);
    }
}
