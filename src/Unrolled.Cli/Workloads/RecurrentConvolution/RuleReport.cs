using System.Text.Json.Nodes;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Learners;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>The sections of a report of this method: the rule, the film, sizes and engines, the search.</summary>
internal static class RuleReport
{
    private const int FilmBits = 8, FilmExamples = 10;

    public static void Write(Model model, HtmlReport report)
    {
        LearnedRule learned = LearnedRule.Of(model);
        RowLearner? rows = Runnable(learned);
        Advice(learned, report);
        report.Section("The rule");
        report.Paragraph(learned.IsDiscovered
            ? "Nobody wrote this rule. The search saw small problems only; the nine cells show which bits a cell looks at, and the lines below how its next bits come from them."
            : "The nine cells show which bits a cell looks at, and the lines below how its next bits come from them. All cells do the same in every step, on grids of every size.");
        report.Code(learned.Rule.Draw());
        if (rows is not null)
        {
            Film(learned, rows, model.Training.Seed, report);
        }

        Filter(learned, model, report);
        Memory(model, report);
        Engines(model, report);
        Rivals(model, report);
        Search(model, report);
    }

    private static RowLearner? Runnable(LearnedRule learned)
    {
        try
        {
            return learned.Rows();
        }
        catch (InvalidInputException)
        {
            return null; // the best rule of a search that accepted none may not wait for its start
        }
    }

    private static void Advice(LearnedRule learned, HtmlReport report)
    {
        report.Section("What it does, and when to use it");
        report.List(
        [
            $"It learns {learned.Classical.Name} from labeled bits: examples in the rows, a query in the last row, the prediction in the last cell.",
            "Use it to see, test and compile learning algorithms as recurrent convolutions, and solve for exact parities of your own data.",
            "Where only the answers count, unrolled solve uses packed rows for the given learners, which gives the same answers sooner.",
            "It is not noise tolerant: one wrong label among independent examples may change every answer. Use it on labels that are right.",
        ]);
    }

    private static void Film(LearnedRule learned, RowLearner rows, ulong seed, HtmlReport report)
    {
        ConceptKind concept = RuleExperiment.Concepts.First(c => c.Name == learned.Classical.Name).Kind;
        LearningProblem problem = new ConceptFamily(concept, FilmBits, FilmExamples).Draw(new RandomStream(seed).Split("film"));
        var film = new FilmStrip(rows, problem);
        bool right = film.Answer == problem.Queries.Labels[0];
        report.Section("The automaton at work");
        report.Drawing(
            $"{FilmExamples} examples of {FilmBits} bits, and a query below the line",
            film.ToSvg(),
            (learned.HandMinimal || learned.IsDiscovered
                ? "See how the start signal runs down the rows, two steps for each, and every row in turn sends a copy of itself down; the rows below add it where they have a 1 in its leading column, so that dots thin out from the upper left. "
                : "See how signals run from the first cell through the rows and leave what was learned in the query's row. ")
            + $"Dots are 1s; right of the line are the labels. After the last step the last cell is the prediction: {(film.Answer ? 1 : 0)}, which is {(right ? "right" : "wrong")}.");
    }

    private static void Filter(LearnedRule learned, Model model, HtmlReport report)
    {
        report.Section("The filter");
        report.Table(
            "One convolution 3x3, ReLU, one convolution 1x1, integer weights; the same in every step.",
            ["quantity", "number"],
            new (string, object)[]
            {
                ("channels (bits and the constant in)", learned.Filter.Channels), ("hidden units", learned.Filter.Units.Length), ("weights and biases that are not 0", learned.Filter.NonZero),
                ("stored dense", learned.Filter.Dense), ("gates of the rule", learned.Rule.Gates), ("largest magnitude of a sum", learned.Filter.LargestMagnitude),
                ("parameters of the model", model.Parameters.Length),
            }.Select(r => ((IReadOnlyList<string>)[r.Item1, FormattableString.Invariant($"{r.Item2}")], false)));
    }

    private static void Memory(Model model, HtmlReport report)
    {
        if (model.Results["memory"] is not JsonObject memory)
        {
            return;
        }

        report.Section("Memorizing and answering");
        report.Table(
            $"{memory["problems"]} problems of {memory["examples"]} examples of {memory["bits"]} bits, memory written by {memory["written"]}.",
            ["quantity", "value"],
            new (string Name, string Text)[]
            {
                ("weights of the memory W", $"{memory["memoryWeights"]}"),
                ("steps L of the whole network", $"{memory["steps"]}"),
                ("steps of the learner inside", $"{memory["learnerSteps"]}"),
                ("accuracy on fresh queries", NumberText.Short(ResultNumbers.ToDouble(memory["accuracy"]))),
                ("largest magnitude of an output while memorizing", NumberText.Short(ResultNumbers.ToDouble(memory["largestOutput"]))),
                ("problems with the answers of the plain learner", $"{memory["equalToClassical"]}"),
                ("problems with the memory of a direct write", $"{memory["equalToDirectWrite"]}"),
                ("examples that contradict the others", $"{memory["contradictions"]}"),
                ("seconds to write one memory", NumberText.Short(ResultNumbers.ToDouble(memory["secondsPerMemory"]))),
            }.Select(r => ((IReadOnlyList<string>)[r.Name, r.Text], false)));
    }

    private static void Engines(Model model, HtmlReport report)
    {
        if (model.Results["engines"] is JsonArray engines && engines.Count > 0)
        {
            report.Table(
                "One query by every engine, seconds; the same bits in every cell at the end.",
                ["engine", "seconds", "same bits"],
                engines.Select(e => ((IReadOnlyList<string>)[$"{e!["engine"]}", NumberText.Scientific(ResultNumbers.ToDouble(e["seconds"])), (bool)e["same"]! ? "yes" : "NO"], false)));
        }
    }

    private static void Rivals(Model model, HtmlReport report)
    {
        if (model.Results["rivals"] is not JsonArray rivals || rivals.Count == 0)
        {
            return;
        }

        report.Section("Fully connected networks on the same examples");
        report.Table(
            "Trained by Adam on all examples at once until they know them by heart.",
            ["network", "parameters", "steps", "accuracy on the examples", "accuracy on fresh queries"],
            rivals.Select(r => ((IReadOnlyList<string>)
            [
                $"{r!["name"]}", $"{r["parameters"]}", $"{r["steps"]}", NumberText.Short(ResultNumbers.ToDouble(r["trainingAccuracy"])), NumberText.Short(ResultNumbers.ToDouble(r["accuracy"])),
            ], false)));
        report.Paragraph("Half of the answers right is guessing. More data, other architectures or regularization are not tried here; parities of many bits are hard for gradient descent on such networks in general.");
    }

    private static void Search(Model model, HtmlReport report)
    {
        if (model.Results["search"] is not JsonObject search)
        {
            return;
        }

        report.Section("The search");
        report.Terms(
        [
            ("Scored on", $"{search["scoredOn"]}"),
            ("Size of the space", $"2^{NumberText.Short(ResultNumbers.ToDouble(search["spaceBits"]))} spellings"),
            ("Restarts", $"{search["restarts"]}"),
            ("Rules scored", $"{search["evaluations"]}"),
            ("Over-fits rejected", $"{search["overFits"]} rules were right on all small problems and wrong at a larger size"),
            ("Time", NumberText.Duration(ResultNumbers.ToDouble(search["seconds"]))),
        ]);
        if (model.Results["validation"] is JsonArray validation)
        {
            report.Table(
                "Problems that the search did not see and that decide: right answers.",
                ["bits d", "examples m", "rank at most", "right", "of"],
                validation.Select(v => ((IReadOnlyList<string>)[$"{v!["bits"]}", $"{v["examples"]}", v["rank"] is null ? "full" : $"{v["rank"]}", $"{v["right"]}", $"{v["problems"]}"], false)));
        }
    }
}
