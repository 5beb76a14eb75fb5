using System.Text.Encodings.Web;
using System.Text.Json;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Integrators;
using Unrolled.Deployment.Rules;
using Unrolled.Differentiation;
using Unrolled.Problems.Families;

namespace Unrolled.Native;

/// <summary>What a caller needs to know about a model, as JSON.</summary>
internal static class ModelDescription
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(LoadedModel loaded)
    {
        Model model = loaded.Model;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("method", model.Method);
            writer.WriteString("description", model.Description);
            WriteOwn(writer, loaded);
            writer.WriteStartObject("validRanges");
            foreach (ValidRange range in model.ValidRanges)
            {
                writer.WriteStartArray(range.Name);
                writer.WriteNumberValue(range.Low);
                writer.WriteNumberValue(range.High);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            writer.WriteStartArray("certificates");
            foreach (Certificate certificate in model.Certificates)
            {
                writer.WriteStartObject();
                writer.WriteString("claim", certificate.Claim);
                writer.WriteNumber("value", certificate.Value);
                writer.WriteNumber("bound", certificate.Bound);
                writer.WriteBoolean("holds", certificate.Holds);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteOwn(Utf8JsonWriter writer, LoadedModel loaded)
    {
        if (loaded.Maybe<LearnedIntegrator>() is LearnedIntegrator integrator)
        {
            WriteNames(writer, "states", integrator.Family.Function.Inputs[0]);
            WriteNames(writer, "parameters", integrator.Family.Function.Inputs[1]);
            writer.WriteNumber("horizon", integrator.Family.Horizon);
            writer.WriteNumber("steps", loaded.Model.MethodSettings.Integer("steps", 1, int.MaxValue));
        }
        else if (loaded.Maybe<LearnedRule>() is LearnedRule rule)
        {
            writer.WriteString("learner", rule.Learner);
        }
        else if (loaded.Maybe<LearnedDenoiser>() is LearnedDenoiser denoiser)
        {
            writer.WriteString("for", denoiser.Fields == FieldKind.Signals ? "signals" : "images");
            writer.WriteNumber("leastSigma", denoiser.Noise.Least);
            writer.WriteNumber("largestSigma", denoiser.Noise.Largest);
        }
        else if (loaded.MaybeFamily is NonlinearFamily family)
        {
            WriteNames(writer, "unknowns", family.Unknowns);
            WriteNames(writer, "parameters", family.ParameterNames);
        }
    }

    private static void WriteNames(Utf8JsonWriter writer, string key, FunctionVector names)
    {
        writer.WriteStartArray(key);
        foreach (string name in names.Components)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }
}
