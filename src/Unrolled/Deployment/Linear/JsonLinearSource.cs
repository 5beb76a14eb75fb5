using System.Text.Json.Nodes;
using Unrolled.Krylov;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Linear;

/// <summary>The weights as JSON; what they mean stands beside them.</summary>
internal sealed class JsonLinearSource : LinearSource
{
    private protected override string WriteNamed(LearnedLinear learned, string name) => Json(new JsonObject
    {
        ["format"] = "unrolled-linear-solver",
        ["name"] = name,
        ["description"] = learned.Description,
        ["meaning"] = Names(
        [
            "solves A x = b; f(x) = A x - b, where M is named below f(x) = M^-1 (A x - b)",
            "one step: v_0 = f(x); v_j = f(x + theta[j-1][0] v_0 + ... + theta[j-1][j-1] v_{j-1}) for j = 1 .. evaluations - 1",
            "then x becomes x + theta[evaluations-1][0] v_0 + ... + theta[evaluations-1][evaluations-1] v_{evaluations-1}",
            "rounding of the library: A x, then minus b; sums from left to right, each term a fused multiply-add onto x",
            "contraction: the factor by which a step is certified to shrink the residual where A is symmetric with its eigenvalues in the interval below; null where nothing is certified",
            "recompute |b - A x| after every step: only it says whether x is a solution; stop where it has grown by divergenceFactor",
        ]),
        ["methods"] = new JsonArray([.. learned.Methods.Select(m => new JsonObject
        {
            ["method"] = m.Name,
            ["evaluations"] = m.InnerEvaluations,
            ["contraction"] = learned.Contraction(m),
            ["theta"] = Matrix(Rows(m)),
        })]),
        ["eigenvalues"] = learned.Eigenvalues is ValidRange range ? ResultNumbers.ToJson([range.Low, range.High]) : null,
        ["scaling"] = learned.Scaling,
        ["preconditioner"] = learned.Preconditioner,
        ["divergenceFactor"] = DivergenceFactor,
    });

    private static IEnumerable<double[]> Rows(LearnedKrylov method) =>
        Enumerable.Range(1, method.InnerEvaluations).Select(j => method.Weights.Slice(j * (j - 1) / 2, j).ToArray());
}
