using System.CommandLine;
using System.Text.Json.Nodes;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled certify MODEL</c>: recomputes every certificate from the numbers of the model and compares it with what the model says; with <c>--output</c> it states them all.</summary>
internal sealed class CertifyVerb : IVerb
{
    private const double Agreement = 1e-9;

    private readonly WorkloadRegistry _registry;
    private readonly WorkloadOptions _own;
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file, or the folder of a run." };
    private readonly Option<string?> _output = new("--output") { HelpName = "FILE", Description = "Where to write the model with all certificates that hold; nothing is written where one is refused." };

    public CertifyVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("certify",
            "Recomputes every certificate of a model, without its trainer; refuses what does not hold or is not what the model says.")
        {
            _model, _output,
        };
        _own = new WorkloadOptions(Command, registry.Workloads.SelectMany(w => w.CertifyOptions));
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
        var request = new CertifyRequest(path, _own.Given(invocation.Given, workload.CertifyOptions, model.Method));
        IReadOnlyList<Certificate> recomputed;
        using (ProgressBar progress = invocation.Progress())
        {
            recomputed = workload.Certify(model, request, invocation.Context(progress))
                ?? throw new InvalidInputException(path, $"models of the method {model.Method} have no certificates that can be recomputed");
        }

        IReadOnlyList<Judgement> judged = Judge(model.Certificates, recomputed);
        if (invocation.Json)
        {
            invocation.Print(new JsonObject
            {
                ["model"] = path,
                ["certificates"] = new JsonArray([.. judged.Select(ToJson)]),
            });
        }
        else
        {
            Print(invocation, judged);
        }

        if (judged.Any(j => j.Fault.Length > 0))
        {
            return ExitCode.CertificateRefused;
        }

        if (invocation.Given.GetValue(_output) is string output)
        {
            ModelFile.Write(output, model with { Certificates = [.. recomputed.Where(c => c.Holds)] });
        }

        return ExitCode.Done;
    }

    /// <summary>
    /// Every certificate that the model states beside the one that says the same when it is recomputed, and then those that it does not state, which are no claims and are shown for
    /// information.
    /// </summary>
    private static List<Judgement> Judge(IReadOnlyList<Certificate> stated, IReadOnlyList<Certificate> recomputed)
    {
        List<Certificate> open = [.. recomputed];
        var judged = new List<Judgement>();
        foreach (Certificate certificate in stated)
        {
            int at = open.FindIndex(c => c.Claim == certificate.Claim);
            judged.Add(at < 0 ? new Judgement(certificate, "nothing that is recomputed from the model says this", Stated: true) : new Judgement(open[at], Fault(open[at], certificate), Stated: true));
            open.RemoveRange(Math.Max(at, 0), at < 0 ? 0 : 1);
        }

        return [.. judged, .. open.Select(c => new Judgement(c, string.Empty, Stated: false))];
    }

    /// <summary>Why a stated certificate is refused; empty where it is not.</summary>
    private static string Fault(Certificate recomputed, Certificate stated) =>
        !recomputed.Holds ? "does not hold"
        : !stated.Holds ? "the model states that it does not hold"
        : !Agrees(stated.Value, recomputed) ? FormattableString.Invariant($"the model states {stated.Value:g17}")
        : !Agrees(stated.Bound, recomputed with { Value = recomputed.Bound }) ? FormattableString.Invariant($"the model states the bound {stated.Bound:g17}")
        : string.Empty;

    private static bool Agrees(double stated, Certificate recomputed) =>
        Math.Abs(stated - recomputed.Value) <= Agreement * Math.Max(Math.Abs(recomputed.Value), Math.Abs(recomputed.Bound));

    private static JsonObject ToJson(Judgement judged) => new()
    {
        ["claim"] = judged.Certificate.Claim,
        ["value"] = ResultNumbers.ToJson(judged.Certificate.Value),
        ["bound"] = ResultNumbers.ToJson(judged.Certificate.Bound),
        ["holds"] = judged.Certificate.Holds && judged.Fault.Length == 0,
        ["stated"] = judged.Stated,
        ["fault"] = judged.Fault.Length == 0 ? null : judged.Fault,
        ["assumptions"] = new JsonArray([.. judged.Certificate.Assumptions.Select(a => (JsonNode)a)]),
    };

    private static void Print(Invocation invocation, IReadOnlyList<Judgement> judged)
    {
        if (judged.Count == 0)
        {
            invocation.Print("nothing is certified about this model");
        }

        foreach (Judgement j in judged)
        {
            string verdict = j.Fault.Length > 0 ? $"REFUSED, {j.Fault}" : (j.Certificate.Holds ? "holds" : "does not hold") + (j.Stated ? string.Empty : ", but the model does not state it");
            invocation.Print(Paragraph.Wrap($"{verdict}: {j.Certificate.Claim} ({NumberText.Short(j.Certificate.Value)}, bound {NumberText.Short(j.Certificate.Bound)})", "  "));
            invocation.Print(j.Certificate.Assumptions.SelectMany(a => Paragraph.Wrap($"assuming {a}", "    ", "  ")));
        }
    }

    private sealed record Judgement(Certificate Certificate, string Fault, bool Stated);
}
