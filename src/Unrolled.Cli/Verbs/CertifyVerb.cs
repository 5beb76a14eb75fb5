using System.CommandLine;
using System.Text.Json.Nodes;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled certify MODEL</c>: recomputes every certificate from the numbers of the model and compares it with what the model says.</summary>
internal sealed class CertifyVerb : IVerb
{
    private const double Agreement = 1e-9;

    private readonly WorkloadRegistry _registry;
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file, or the folder of a run." };

    public CertifyVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("certify",
            "Recomputes every certificate of a model, without its trainer; refuses what does not hold or is not what the model says.")
        {
            _model,
        };
    }

    /// <inheritdoc/>
    public string Example => "unrolled certify runs/a";

    /// <inheritdoc/>
    public Command Command { get; }

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        string path = ModelPath.Of(invocation.Given.GetRequiredValue(_model));
        Model model = ModelFile.Read(path);
        IWorkload workload = _registry.For(model, path);
        IReadOnlyList<CertificateRecord> recomputed;
        using (ProgressBar progress = invocation.Progress())
        {
            recomputed = workload.Certify(model, invocation.Context(progress))
                ?? throw new InvalidInputException(path, $"models of the method {model.Method} have no certificates that can be recomputed");
        }

        (CertificateRecord Certificate, string Fault)[] judged = [.. recomputed.Select((c, i) => (c, Fault(c, i < model.Certificates.Count ? model.Certificates[i] : null)))];
        string missing = model.Certificates.Count > recomputed.Count ? $"the model states {model.Certificates.Count} certificates; {recomputed.Count} can be recomputed" : string.Empty;
        if (invocation.Json)
        {
            invocation.Print(new JsonObject
            {
                ["model"] = path,
                ["certificates"] = new JsonArray([.. judged.Select(j => ToJson(j.Certificate, j.Fault))]),
            });
        }
        else
        {
            Print(invocation, judged, missing);
        }

        return missing.Length == 0 && judged.All(j => j.Fault.Length == 0) ? ExitCode.Done : ExitCode.CertificateRefused;
    }

    /// <summary>Why a certificate is refused; empty where it is not.</summary>
    private static string Fault(CertificateRecord recomputed, CertificateRecord? stated)
    {
        if (!recomputed.Holds)
        {
            return "does not hold";
        }

        if (stated is null)
        {
            return "is not stated by the model";
        }

        if (stated.Claim != recomputed.Claim || stated.Bound != recomputed.Bound || !stated.Holds)
        {
            return "is not what the model states";
        }

        return Math.Abs(stated.Value - recomputed.Value) <= Agreement * Math.Max(Math.Abs(recomputed.Value), Math.Abs(recomputed.Bound))
            ? string.Empty
            : FormattableString.Invariant($"the model states {stated.Value:g17}");
    }

    private static JsonObject ToJson(CertificateRecord certificate, string fault) => new()
    {
        ["claim"] = certificate.Claim,
        ["value"] = ResultNumbers.ToJson(certificate.Value),
        ["bound"] = ResultNumbers.ToJson(certificate.Bound),
        ["holds"] = fault.Length == 0,
        ["fault"] = fault.Length == 0 ? null : fault,
        ["assumptions"] = new JsonArray([.. certificate.Assumptions.Select(a => (JsonNode)a)]),
    };

    private static void Print(Invocation invocation, IReadOnlyList<(CertificateRecord Certificate, string Fault)> judged, string missing)
    {
        if (judged.Count == 0)
        {
            invocation.Print("nothing is certified about this model");
        }

        foreach ((CertificateRecord certificate, string fault) in judged)
        {
            string verdict = fault.Length == 0 ? "holds" : $"REFUSED, {fault}";
            foreach (string line in Paragraph.Wrap($"{verdict}: {certificate.Claim} ({NumberText.Short(certificate.Value)}, bound {NumberText.Short(certificate.Bound)})", "  "))
            {
                invocation.Print(line);
            }

            foreach (string line in certificate.Assumptions.SelectMany(a => Paragraph.Wrap($"  assuming {a}", "    ")))
            {
                invocation.Print(line);
            }
        }

        if (missing.Length > 0)
        {
            invocation.Print($"REFUSED: {missing}");
        }
    }
}
