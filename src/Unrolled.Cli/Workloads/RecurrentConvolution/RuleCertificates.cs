using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>What is proved about the filter of a model, by trying all of its inputs, from the rule and the weights in the file alone.</summary>
internal static class RuleCertificates
{
    private const int SmallBits = 3, SmallExamples = 2;

    private static readonly CellInput E = new(Sieve.SendBit), P = new(1, -1), Q = new(2, -1), C = new(3, 0, -1);

    private static readonly RunFact[] Facts =
    [
        new("no pivot passes a cell when it sends: row k passes cell (i, j) in step i + j + k, k < i, and the cell sends in step 2i + j", E, P, 1),
        new("no leading 1 passes a cell when it sends", E, Q, 1),
        new("a leading 1 comes with its pivot", Q, P, 0),
        new("control is not set before the leading 1 that sets it", Q, C, 1),
    ];

    public static IReadOnlyList<CertificateRecord> Of(LearnedRule learned)
    {
        Certificate[] certificates = learned.HandMinimal
            ?
            [
                RuleExactness.OnRuns(learned.Rule, learned.Filter, Facts),
                RuleExactness.InSmallRuns(learned.Rule, learned.Filter, Facts, Sieve.RowBit, Sieve.SendBit, SmallBits, SmallExamples),
            ]
            : [RuleExactness.OnEveryInput(learned.Rule, learned.Filter)];
        return [.. certificates.Select(c => new CertificateRecord(c.Claim, c.Value, c.Bound, c.Holds, c.Assumptions))];
    }
}
