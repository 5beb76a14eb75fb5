using System.Text.Json.Nodes;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems.Families;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Nonlinear;

/// <summary>The weights as JSON; what they mean stands beside them.</summary>
internal sealed class JsonNonlinearSource : NonlinearSource
{
    private protected override string WriteNamed(NonlinearParts parts, string name)
    {
        var json = new JsonObject { ["format"] = "unrolled-nonlinear-solver", ["name"] = name, ["family"] = parts.Family.Description };
        Describe(json, parts.Learned);
        json["unknowns"] = Names(parts.Family.Unknowns.Components);
        json["parameters"] = Names(parts.Family.ParameterNames.Components);
        json["validParameters"] = new JsonArray([.. parts.Ranges.Select(r => r is ValidRange valid ? ResultNumbers.ToJson([valid.Low, valid.High]) : null)]);
        json["coordinates"] = new JsonArray([.. parts.Family.VaryingParameters.Select(i => Coordinate(parts.Family, i))]);
        json["preconditioner"] = parts.Factors is { } lu ? Factors(lu) : parts.IsPreconditioned ? "that of the family" : null;
        return Json(json);
    }

    /// <summary>The step of a solver: form, rate, weights and what they mean.</summary>
    public static void Describe(JsonObject json, LearnedNonlinear learned)
    {
        LearnedCoefficients weights = learned.Coefficients;
        bool linearized = learned.Form == LearnedForm.NewtonKrylov;
        json["method"] = learned.Steps.Name;
        json["meaning"] = Names(
        [
            linearized
                ? "one step for F(y) = 0: v_0 = M^-1 F(y); v_j = M^-1 (J(y) d_j + F(y)), d_j = theta_j0 v_0 + ... + theta_j,j-1 v_{j-1}, j = 1 .. n - 1; J is the Jacobian"
                : "one step for F(y) = 0: v_0 = M^-1 F(y); v_j = M^-1 F(y + theta_j0 v_0 + ... + theta_j,j-1 v_{j-1}), j = 1 .. n - 1",
            "then y becomes y + theta_n0 v_0 + ... + theta_n,n-1 v_{n-1}; n is evaluations; M is the preconditioner, the identity where there is none",
            "theta[j-1][l] holds the coefficients c_b of theta_jl = sum_b c_b phi_b; phi_b is the product over the coordinates x_i of the Chebyshev polynomials T_k(x_i), k = degrees[b][i]",
            "a coordinate is (2 p - low - high)/(high - low) or (p - mean)/(3 deviation) of its parameter p, kept in [-1, 1]; constant weights have the one polynomial 1",
            "a step after which |F| is not at most rate times what it was is taken back, and a classical method goes on; outside validParameters use one from the start",
            "rounding of the library: sums from left to right, each term a fused multiply-add",
        ]);
        json["form"] = LearnedNonlinear.Forms[(int)learned.Form];
        json["evaluations"] = weights.InnerEvaluations;
        json["rate"] = learned.Rate;
        json["secantPairs"] = learned.SecantPairs;
        json["degrees"] = new JsonArray([.. weights.BasisDegrees.Select(d => new JsonArray([.. d.Select(k => (JsonNode)k)]))]);
        json["theta"] = new JsonArray([.. Enumerable.Range(1, weights.InnerEvaluations).Select(j => Matrix(Enumerable.Range(0, j)
            .Select(l => weights.Values.Slice(((j * (j - 1) / 2) + l) * weights.BasisLength, weights.BasisLength).ToArray())))]);
    }

    private static JsonObject Coordinate(NonlinearFamily family, int parameter)
    {
        Distribution d = family.Parameters[parameter];
        string name = family.ParameterNames.Components[parameter];
        return d.Kind == DistributionKind.Uniform
            ? new() { ["parameter"] = name, ["low"] = d.First, ["high"] = d.Second }
            : new() { ["parameter"] = name, ["mean"] = d.First, ["deviation"] = d.Second };
    }

    /// <summary>L and U of M by columns: row i of M is row <c>place[i]</c> of L U, whose column j is column <c>order[j]</c> of M.</summary>
    private static JsonObject Factors(SparseLu lu) => new()
    {
        ["meaning"] = "L U = P M Q by columns: row i of M is row place[i] of L U, column j of L U is column order[j] of M; L has a unit diagonal that is not stored, U an inverted one",
        ["place"] = Integers(lu.Pattern.RowPosition),
        ["order"] = Integers(lu.Pattern.ColumnOrder),
        ["lowerStart"] = Integers(lu.Pattern.LowerStart),
        ["lowerRow"] = Integers(lu.Pattern.LowerRow),
        ["lower"] = ResultNumbers.ToJson(lu.Lower),
        ["upperStart"] = Integers(lu.Pattern.UpperStart),
        ["upperRow"] = Integers(lu.Pattern.UpperRow),
        ["upper"] = ResultNumbers.ToJson(lu.Upper),
        ["inversePivots"] = ResultNumbers.ToJson(lu.InversePivots),
    };

    private static JsonArray Integers(int[] numbers) => new([.. numbers.Select(k => (JsonNode)k)]);
}
