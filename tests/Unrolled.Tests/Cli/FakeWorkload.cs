using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Learning;
using Unrolled.Problems;

namespace Unrolled.Tests.Cli;

/// <summary>A workload that learns nothing: it exercises everything that the verbs do around one.</summary>
internal sealed class FakeWorkload(string method = "halving") : IWorkload
{
    public string Method => method;

    public string Summary => "Halves the error per step.";

    public IReadOnlyList<Named> Families => [new Named("scalar", "One equation in one unknown.")];

    public IReadOnlyList<WorkloadOption> SolveOptions { get; } =
    [
        new("--start", "X", "Where to start."),
        new("--tolerance", "T", "What to reach."),
    ];

    public IReadOnlyList<WorkloadOption> CompareOptions { get; } = [new("--images", "DIR", "A folder of images.")];

    /// <summary>Called once per training step with its number.</summary>
    public Action<int> OnStep { get; init; } = _ => { };

    public LearnOutcome Learn(Settings experiment, LearnContext context)
    {
        experiment.Text("method");
        Settings family = experiment.RequiredSection("family"), training = experiment.Section("training");
        family.Choice("kind", ["scalar", "vector"], "scalar");
        int size = family.Integer("size", 1, 100, 1);
        double goal = experiment.Section("acceptance").Number("loss", 0, 1, 1);
        int steps = training.Integer("steps", 0, 100, 3), seed = training.Integer("seed", 0, int.MaxValue, 1);
        experiment.RequireAllKnown();
        int first = 0;
        if (context.Resume)
        {
            string[] lines = File.ReadAllLines(context.CheckpointPath);
            first = lines[0] == context.Fingerprint
                ? int.Parse(lines[1])
                : throw new InvalidInputException(context.CheckpointPath, "belongs to another experiment");
        }

        for (int step = first; step < steps; step++)
        {
            OnStep(step);
            if (context.Cancellation.IsCancellationRequested)
            {
                File.WriteAllLines(context.CheckpointPath, [context.Fingerprint, $"{step}"]);
                context.Cancellation.ThrowIfCancellationRequested();
            }

            context.Log.Write("loss", line => line.WriteNumber("step", step));
            context.Progress.Report(new LearningProgress("halving", (step + 1.0) / steps, Math.Pow(0.5, step), TimeSpan.FromSeconds(step)));
        }

        context.Note("a note");
        var parameters = new Parameters(("factor", [size]));
        parameters.Values.Fill(Math.Pow(0.5, steps));
        double loss = Math.Pow(0.5, steps);
        var model = new Model
        {
            Method = method,
            Description = "Halving for <scalars> & more.",
            Family = family,
            Parameters = parameters,
            Training = new TrainingRecord { Seed = (ulong)seed, Trainer = "counting", Seconds = 0.5, Loss = loss, Instances = 1, Settings = training },
            Certificates = [new Certificate("contraction", 0.5, 1, true, ["exact arithmetic"])],
            ValidRanges = [new ValidRange("start", -1, 1)],
            Results = new JsonObject { [ModelReport.ComparisonKey] = ComparisonJson.ToJson(Held("in training", 7)) },
        };
        return new LearnOutcome(model, [new Acceptance($"loss {loss} at or below {goal}", loss <= goal)]);
    }

    public Comparison Compare(Model model, CompareRequest request, WorkContext context) =>
        Held(request.Path, request.Seed ?? 99) with { Instances = request.Instances ?? 20 };

    public SolveOutcome Solve(Model model, Settings options, WorkContext context)
    {
        double start = options.Number("start", -10, 10, 1), tolerance = options.Number("tolerance", 0, 1, 1e-8);
        options.RequireAllKnown();
        double residual = start * model.Parameters.Values[0];
        return new SolveOutcome
        {
            Residual = "|x|, recomputed",
            Rows =
            [
                new SolveRow("halving", "learned", Math.Abs(residual) <= tolerance, "stopped", residual, [("steps", 3)], 1e-4, "take more steps"),
                new SolveRow("bisection", "classical", true, "converged", 1e-9, [("steps", 30), ("evaluations", 31)], 2e-3),
            ],
            Notes = ["Bisection is as good."],
        };
    }

    public void Report(Model model, HtmlReport report) => report.Section("Its own section").Paragraph("A sentence.");

    private static Comparison Held(string path, ulong seed) => new()
    {
        Model = path,
        Family = "One equation in one unknown.",
        Metric = "error",
        Instances = 3,
        Seed = seed,
        Rows =
        [
            ComparisonRow.Of("halving", ComparisonRow.Learned, [1e-2, 1e-3, 1e-4]) with { Cost = 3, CostUnit = "steps", Seconds = 1e-3, Converged = 3 },
            ComparisonRow.Of("Newton", ComparisonRow.Classical, [1e-8, double.NaN, 1e-9]) with { Cost = 3, CostUnit = "steps" },
        ],
        Notes = ["Newton's method is better where it converges."],
    };
}
