using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Deployment.Rules;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>What is proved about the filter of a model, by trying all of its inputs, from the rule and the weights in the file alone, and what fresh problems show.</summary>
internal static class RuleCertificates
{
    private const int SmallBits = 3, SmallExamples = 2, Queries = 4;
    private const double LargestWork = 2e9;

    private static readonly CellInput E = new(Sieve.SendBit), P = new(1, -1), Q = new(2, -1), C = new(3, 0, -1);

    private static readonly RunFact[] Facts =
    [
        new("no pivot passes a cell when it sends: row k passes cell (i, j) in step i + j + k, k < i, and the cell sends in step 2i + j", E, P, 1),
        new("no leading 1 passes a cell when it sends", E, Q, 1),
        new("a leading 1 comes with its pivot", Q, P, 0),
        new("control is not set before the leading 1 that sets it", Q, C, 1),
    ];

    /// <summary>All certificates of a model: what is proved about its filter, then how the rule does on fresh problems of its family.</summary>
    public static IReadOnlyList<Certificate> Of(Model model, WorkContext context)
    {
        LearnedRule learned = LearnedRule.Of(model);
        return [.. Exact(learned), .. Fresh(model, learned, context)];
    }

    private static IEnumerable<Certificate> Fresh(Model model, LearnedRule learned, WorkContext context)
    {
        if (FreshInstances.Of(model) is not FreshInstances fresh)
        {
            yield break;
        }

        ConceptFamily family = RuleExperiment.FamilyOf(model.Family, learned, Queries);
        RowLearner rows = learned.Rows();
        ILearner classical = learned.Classical;
        double work = (double)rows.Steps(family.Bits, family.Examples) * (family.Examples + 1.0) * ((family.Bits + 64) / 64) * fresh.Count * Queries;
        if (work > LargestWork)
        {
            context.Note(FormattableString.Invariant($"{fresh.Count} fresh problems of {family.Examples} examples of {family.Bits} bits take {work:g3} word steps, more than {LargestWork:g3}: no statistical certificate is made"));
            yield break;
        }

        int same = 0, answered = 0, undetermined = 0;
        foreach (LearningProblem problem in family.Draw(fresh.Count, StatisticalCertificate.Stream(model.Training.Seed)))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            bool[] determined = RuleComparing.Determined(classical, problem), labels = classical.Learn(problem.Examples).Predict(problem.Queries.Inputs), own = rows.Predict(problem.Examples, problem.Queries.Inputs);
            same += Enumerable.Range(0, own.Length).All(t => !determined[t] || own[t] == labels[t]) ? 1 : 0;
            answered += determined.Count(d => d);
            undetermined += determined.Count(d => !d);
        }

        string reference = learned.IsDiscovered || learned.HandMinimal ? "elimination" : "the learner without automaton";
        yield return StatisticalCertificate.Fraction(
            FormattableString.Invariant($"are answered by the rule exactly as by {reference}, on every one of {Queries} queries that the examples determine"), same, fresh.Count,
            [
                FormattableString.Invariant($"problems are {model.Family.Text("kind", "parity")} from {family.Examples} examples of {family.Bits} bits, labels wrong with probability {family.Noise:g3}"),
                $"{undetermined} of {answered + undetermined} queries were not determined and are not judged",
            ]);
    }

    private static Certificate[] Exact(LearnedRule learned)
    {
        Certificate[] certificates = learned.HandMinimal
            ?
            [
                RuleExactness.OnRuns(learned.Rule, learned.Filter, Facts),
                RuleExactness.InSmallRuns(learned.Rule, learned.Filter, Facts, Sieve.RowBit, Sieve.SendBit, SmallBits, SmallExamples),
            ]
            : [RuleExactness.OnEveryInput(learned.Rule, learned.Filter)];
        return [.. certificates];
    }
}
