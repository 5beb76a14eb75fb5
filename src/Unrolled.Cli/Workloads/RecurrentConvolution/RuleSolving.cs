using System.Diagnostics;
using System.Globalization;
using System.Text;
using Unrolled.Deployment;
using Unrolled.Deployment.Rules;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.RecurrentConvolution.Learners;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>Learns from the user's own labeled bits and answers the user's queries.</summary>
internal static class RuleSolving
{
    private const int ShownPredictions = 20, MostHypothesis = 400;
    private const double LargestNetwork = 2e9, LargestAutomaton = 1e13;

    public static SolveOutcome Run(Model model, Settings options, WorkContext context)
    {
        LearnedRule learned = LearnedRule.Of(model);
        RowLearner rows = learned.Rows();
        LabeledExamples examples = LabeledBitsReader.ReadExamples(options.Text("examples"));
        BitRows queries = options.Has("queries") ? LabeledBitsReader.ReadQueries(options.Text("queries"), examples) : new BitRows(0, examples.Bits, (_, _) => false);
        string? output = options.Has("output") ? options.Text("output") : null;
        double cells = (double)rows.Steps(examples.Bits, examples.Count) * (examples.Count + 1.0) * (examples.Bits + 1.0) * queries.Count;
        if (learned.IsDiscovered && cells > LargestAutomaton)
        {
            throw new InvalidInputException(options.Text("examples"), FormattableString.Invariant(
                $"{examples.Count} examples of {examples.Bits} bits with {queries.Count} queries take {cells:g3} cell steps of the discovered rule, at most {LargestAutomaton:g3} are done; use a model of the learner 'parity'"));
        }

        var clock = Stopwatch.StartNew();
        IHypothesis hypothesis = learned.Classical.Learn(examples);
        bool[] labels = hypothesis.Predict(queries);
        double classicalSeconds = clock.Elapsed.TotalSeconds;
        var parity = hypothesis as ParityHypothesis;
        bool[]? outside = parity?.Outside(queries);
        var notes = new List<string> { $"hypothesis: y = {Short(hypothesis.Description)}, bits counted from 0" };
        var table = new List<SolveRow>();
        if (learned.IsDiscovered)
        {
            clock.Restart();
            bool[] own = rows.Predict(examples, queries);
            table.Add(Row("discovered rule, 64 cells to a word", "learned", clock.Elapsed.TotalSeconds));
            int different = own.Where((label, t) => label != labels[t]).Count();
            notes.Add(different == 0
                ? "every prediction of the discovered rule is that of elimination"
                : $"{different} predictions of the discovered rule differ from those of elimination: it was searched on queries that consistent examples determine");
            table.Add(Row("elimination", "classical", classicalSeconds));
            labels = own;
        }
        else
        {
            table.Add(Row(parity is null ? $"{learned.Learner} learner" : "sieve by rows", "learned", classicalSeconds));
        }

        if (queries.Count > 0 && learned.WorkOfNetwork(examples.Bits, examples.Count, queries.Count) <= LargestNetwork)
        {
            clock.Restart();
            bool[] byNetwork = learned.PredictByNetwork(examples, queries, context.Cancellation);
            table.Add(Row("as a network", "learned", clock.Elapsed.TotalSeconds));
            int different = byNetwork.Where((label, t) => label != labels[t]).Count();
            notes.Add(different == 0
                ? "every prediction of the model's filter, run as a network, is the same"
                : $"{different} predictions of the model's filter, run as a network, differ: check the model with unrolled certify");
        }

        IReadOnlyList<OutOfRange> beyond = OutOfRange.Find(model.ValidRanges, [(LearnedRule.Bits, examples.Bits), (LearnedRule.Examples, examples.Count)]);
        if (beyond.Count > 0)
        {
            notes.Add("the discovered rule was validated on smaller problems; compare its predictions with those of elimination beside it");
        }

        if (hypothesis.Contradictions > 0)
        {
            notes.Add("elimination is not noise tolerant: with contradictions the predictions follow the first independent examples and may be wrong");
        }

        if (outside is not null && outside.Any(o => o))
        {
            notes.Add($"{outside.Count(o => o)} queries lie outside the span of the examples: their labels are guesses, other consistent parities say otherwise");
        }

        if (output is not null)
        {
            Write(output, labels, outside, examples.Encoding);
        }

        return new SolveOutcome
        {
            Residual = "part of the examples that contradict the hypothesis",
            Rows = table,
            Details = Details(labels, outside, examples.Encoding, output is null ? labels.Length : Math.Min(labels.Length, ShownPredictions)),
            Outside = beyond,
            Output = output,
            Notes = notes,
        };

        SolveRow Row(string name, string kind, double seconds)
        {
            bool fits = hypothesis.Contradictions == 0;
            var counts = new List<(string, double)> { ("examples", examples.Count), ("bits", examples.Bits), ("contradictions", hypothesis.Contradictions), ("queries", queries.Count) };
            if (parity is not null)
            {
                counts.Insert(2, ("rank", parity.Rank));
                counts.Add(("outside", outside!.Count(o => o)));
            }

            return new SolveRow(
                name,
                kind,
                fits,
                fits ? $"a hypothesis explains all {examples.Count} examples" : $"{hypothesis.Contradictions} of {examples.Count} examples contradict the hypothesis",
                (double)hypothesis.Contradictions / examples.Count,
                counts,
                seconds,
                fits ? string.Empty : $"the labels are noisy or are no {learned.Classical.Name}: remove wrong examples, or use another learner");
        }
    }

    private static SolveDetails Details(bool[] labels, bool[]? outside, BitEncoding encoding, int shown) => new(
        "predictions",
        [("query", "query", true), ("prediction", "prediction", true), ("determined", "determined", false)],
        [.. Enumerable.Range(0, shown).Select(t => (IReadOnlyList<object?>)[t + 1, Number(labels[t], encoding), outside is null ? null : !outside[t]])]);

    /// <summary>A table with a header: the prediction in the encoding of the examples, and whether the examples determine it.</summary>
    private static void Write(string path, bool[] labels, bool[]? outside, BitEncoding encoding)
    {
        var text = new StringBuilder(outside is null ? "prediction\n" : "prediction,determined\n");
        for (int t = 0; t < labels.Length; t++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Number(labels[t], encoding)}");
            if (outside is not null)
            {
                text.Append(outside[t] ? ",no" : ",yes");
            }

            text.Append('\n');
        }

        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
        file.Commit();
    }

    private static int Number(bool bit, BitEncoding encoding) => encoding == BitEncoding.ZeroOne ? (bit ? 1 : 0) : bit ? -1 : 1;

    private static string Short(string text) => text.Length > MostHypothesis ? $"{text[..MostHypothesis]}..." : text;
}
