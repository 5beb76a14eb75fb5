using Unrolled.Deployment.Sources;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Nonlinear;

/// <summary>Python 3 with NumPy: vectors are arrays of floats.</summary>
internal sealed class PythonNonlinearSource : NonlinearSource
{
    private protected override string WriteNamed(NonlinearParts parts, string name)
    {
        string callbacks = (parts.Equations is null ? "function, " : string.Empty)
            + (parts.Equations is null && parts.IsLinearized ? "jacobian, " : string.Empty) + (parts.AsksForInverse ? "inverse, " : string.Empty);
        string inner = parts.IsLinearized ? callbacks.Replace("function, ", string.Empty, StringComparison.Ordinal) : callbacks;
        string f = parts.Equations is null ? "np.asarray(function({0}), dtype=float)" : $"np.array(f({{0}}, p{parts.Time}), dtype=float)";
        string product = parts.Equations is null ? "np.asarray(jacobian(y, {0}), dtype=float)" : $"np.array(product(y, p{parts.Time}, {{0}}), dtype=float)";
        string value = parts.IsLinearized
            ? $"{string.Format(null, product, "combine(np.zeros(UNKNOWNS), row, v)")} + value"
            : string.Format(null, f, "combine(y, row, v)");
        string Preconditioned(string text) => parts.IsPreconditioned ? $"inverse({text})" : text;
        return $$""""
            """{{PythonText(parts.Heading)}}
            {{PythonText(Callers(parts))}}"""
            from collections import namedtuple

            import numpy as np

            UNKNOWNS, PARAMETERS = {{parts.Unknowns}}, {{parts.Family.ParameterNames.Length}}

            {{Tables(parts)}}
            # status: "converged" (the only one that says that the system is solved), "step limit", "rate not met" (a step was taken back),
            # "not finite" (F at the start) or "outside" (a parameter is; nothing was computed). residual: |F| at the y that is returned.
            Result = namedtuple("Result", "y status steps evaluations residual")


            {{(parts.Equations is null ? string.Empty : SourceLanguage.Python.Write(parts.Functions("f", "product")).TrimEnd() + "\n\n\n")}}{{VectorSource.Python}}{{(parts.Factors is { } lu ? Inverse(lu) : string.Empty)}}{{Weights(parts)}}def covers(p):
                """Whether the learned steps may be used with parameters."""
                return bool({{string.Join("\n        and ", parts.Conditions.DefaultIfEmpty("True"))}})


            def step({{inner}}y, p, theta, value):
                """One step from the value of F at y: {{(parts.IsLinearized ? "v_j = M^-1 (J(y) d_j + F(y)), d_j = sum theta_jl v_l" : "v_j = M^-1 F(y + sum theta_jl v_l)")}}, y + sum theta_nl v_l."""
                v = [{{Preconditioned("value")}}]
                for j in range(1, {{parts.Evaluations}}):
                    row = theta[j * (j - 1) // 2 : j * (j + 1) // 2]
                    v.append({{Preconditioned(value)}})
                return combine(y, theta[{{parts.Evaluations * (parts.Evaluations - 1) / 2}}:], v)


            def {{name}}_solve({{callbacks}}y, p=(), tolerance=1e-10, most_steps=100):
                """Solves F(y, p) = 0 from the start y.

                Stops when |F|, computed after every step, is at most tolerance, a step does not keep the rate, or most_steps were taken.
                """
                if not (tolerance >= 0.0 and most_steps >= 0):
                    raise ValueError("the tolerance and the number of steps must not be negative")
                y = np.array(y, dtype=float)
                if y.shape != (UNKNOWNS,) or len(p) < PARAMETERS:
                    raise ValueError(f"y must have {UNKNOWNS} numbers and p {PARAMETERS}")
                if not covers(p):
                    return Result(y, "outside", 0, 0, np.nan)
                theta = {{(parts.Weights.AreConstant ? "THETA" : "weights(p)")}}
                value = {{string.Format(null, f, "y")}}
                residual, steps, evaluations = norm(value), 0, 1
                status = "converged" if residual <= tolerance else "step limit" if np.isfinite(residual) else "not finite"
                while status == "step limit" and steps < most_steps:
                    new = step({{inner}}y, p, theta, value)
                    value = {{string.Format(null, f, "new")}}
                    size = norm(value)
                    evaluations += {{parts.Evaluations}}
                    if not size <= {{Number(parts.Learned.Rate)}} * residual:
                        status = "rate not met"
                        break
                    y, residual, steps = new, size, steps + 1
                    status = "converged" if residual <= tolerance else "step limit"
                return Result(y, status, steps, evaluations, residual)

            """";
    }

    /// <summary>What the caller gives.</summary>
    private static IEnumerable<string> Callers(NonlinearParts parts)
    {
        if (parts.Equations is null)
        {
            yield return $"function(y) returns F(y, p) with the caller's p{(parts.IsLinearized ? "; jacobian(y, v) the product of its Jacobian with v" : string.Empty)}.";
        }

        if (parts.AsksForInverse)
        {
            yield return "inverse(r) returns M^-1 r.";
        }
    }

    private static string Tables(NonlinearParts parts)
    {
        const string rows = "the rows theta_1, theta_2, ... of 1, 2, ... numbers";
        int columns = parts.Weights.BasisLength;
        string text = parts.Weights.AreConstant
            ? $"# The weights: {rows}.\n" + PythonTable("THETA", parts.Weights.Values.ToArray())
            : $"# The weights, {rows}, are polynomials: for each its coefficients of products of Chebyshev polynomials with these degrees in the coordinates.\n"
                + $"COEFFICIENTS = [\n{string.Concat(Enumerable.Range(0, parts.Weights.Weights).Select(w => $"    [{string.Join(", ", parts.Weights.Values.Slice(w * columns, columns).ToArray().Select(Number))}],\n"))}]\n"
                + $"DEGREES = [{string.Join(", ", parts.Weights.BasisDegrees.Select(d => $"[{string.Join(", ", d)}]"))}]\n";
        return parts.Factors is not { } lu ? text : text
            + "# The preconditioner M, factored: row i of M is row PLACE[i] of L U, whose column j is column ORDER[j] of M. Columns of L and U begin at the starts.\n"
            + PythonTable("PLACE", lu.Pattern.RowPosition) + PythonTable("ORDER", lu.Pattern.ColumnOrder)
            + PythonTable("LOWER_START", lu.Pattern.LowerStart) + PythonTable("LOWER_ROW", lu.Pattern.LowerRow) + PythonTable("LOWER", lu.Lower.ToArray())
            + PythonTable("UPPER_START", lu.Pattern.UpperStart) + PythonTable("UPPER_ROW", lu.Pattern.UpperRow) + PythonTable("UPPER", lu.Upper.ToArray())
            + PythonTable("INVERSE_PIVOT", lu.InversePivots.ToArray());
    }

    private static string Inverse(SparseLu lu) => $$""""
        def inverse(r):
            """M^-1 r."""
            x = np.empty(UNKNOWNS)
            x[PLACE] = r
            for j in range(UNKNOWNS):
                for t in range(LOWER_START[j], LOWER_START[j + 1]):
                    x[LOWER_ROW[t]] -= LOWER[t] * x[j]
            for j in reversed(range(UNKNOWNS)):
                x[j] *= INVERSE_PIVOT[j]
                for t in range(UPPER_START[j], UPPER_START[j + 1]):
                    x[UPPER_ROW[t]] -= UPPER[t] * x[j]
            z = np.empty(UNKNOWNS)
            z[ORDER] = x
            return z



        """";

    /// <summary>How the weights come from parameters, where they do.</summary>
    private static string Weights(NonlinearParts parts) => parts.Weights.AreConstant ? string.Empty : $$""""
        def chebyshev(degree, x):
            before, value = 1.0, 1.0 if degree == 0 else x
            for _ in range(2, degree + 1):
                before, value = value, 2.0 * x * value - before
            return value


        def weights(p):
            """The weights theta for parameters. The coordinates of the parameters are kept in [-1, 1]."""
            x = [
                {{string.Join(",\n        ", parts.Coordinates.Select(c => $"max(-1.0, min(1.0, {c}))"))}},
            ]
            phi = []
            for degrees in DEGREES:
                value = 1.0
                for degree, place in zip(degrees, x):
                    value *= chebyshev(degree, place)
                phi.append(value)
            theta = []
            for row in COEFFICIENTS:
                total = 0.0
                for c, value in zip(row, phi):
                    total += c * value
                theta.append(total)
            return theta



        """";
}
