using Unrolled.Deployment.Sources;
using Unrolled.Krylov;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Linear;

/// <summary>Python 3 with NumPy: vectors are arrays of floats.</summary>
internal sealed class PythonLinearSource : LinearSource
{
    private protected override string WriteNamed(LearnedLinear learned, string name)
    {
        bool preconditioned = IsPreconditioned(learned);
        string inverse = preconditioned ? ", inverse" : string.Empty, longest = Number(learned.Methods[^1].InnerEvaluations)[..^2];
        string function = preconditioned ? "inverse(a(x) - b)" : "a(x) - b", first = preconditioned ? "inverse(f)" : "f";
        string choices = string.Join(", ", learned.Methods.Select(m => m.InnerEvaluations));
        string range = learned.Eigenvalues is ValidRange valid ? $"# Where the eigenvalues of A must lie.\nEIGENVALUES = ({Number(valid.Low)}, {Number(valid.High)})\n\n" : string.Empty;
        return $$""""
            """{{PythonText(Heading(learned))}}
            """
            from collections import namedtuple

            import numpy as np

            {{range}}# A run ends where the residual has grown by this factor over its start and over b.
            DIVERGENCE_FACTOR = {{Number(DivergenceFactor)}}

            # For every number of evaluations the rows theta_1, theta_2, ... of 1, 2, ... weights.
            METHODS = {
            {{string.Concat(learned.Methods.Select(Method))}}}

            # status: "converged" (the only one that says that the system is solved), "step limit", "diverged" or "not finite".
            # residual: |b - A x| of the x that is returned; target: what was to be reached; products: those with A.
            Result = namedtuple("Result", "x status steps products residual target")


            {{VectorSource.Python}}def rows(theta, a{{inverse}}, b, x, v):
                """The rest of a step when v_0 is known: v_j = {{(preconditioned ? "M^-1 f" : "f")}}(x + sum theta_jl v_l), x + sum theta_nl v_l."""
                terms = [v]
                start = x
                for row in theta[:-1]:
                    x = combine(start, row, terms)
                    terms.append({{function}})
                return combine(start, theta[-1], terms)


            def {{name}}_solve(a{{inverse}}, b, x=None, tolerance=1e-8, most_steps=100, evaluations={{longest}}):
                """Solves A x = b from the start x (0 by default), a(x) being A x{{(preconditioned ? " and inverse(r) M^-1 r" : string.Empty)}}, with steps of {{choices}} evaluations.

                Stops when |b - A x|, recomputed after every step, is at most tolerance |b| (tolerance |b - A x| of the start where b = 0),
                or most_steps were taken; a tolerance of 0 takes that many steps.
                """
                theta = METHODS[evaluations]
                if not (tolerance >= 0.0 and most_steps >= 0):
                    raise ValueError("the tolerance and the number of steps must not be negative")
                b = np.asarray(b, dtype=float)
                x = np.zeros_like(b) if x is None else np.array(x, dtype=float)
                if b.ndim != 1 or b.size == 0 or x.shape != b.shape:
                    raise ValueError("b and x must be vectors of one length n > 0")
                f, products = (a(x) - b, 1) if np.any(x) else (-b, 0)
                residual = least = norm(f)
                best, steps = x, 0
                reference = norm(b)
                reference = residual if reference == 0.0 else reference
                target = min(tolerance * reference, np.finfo(float).max)
                limit = DIVERGENCE_FACTOR * max(residual, reference)
                while True:
                    if residual <= target:
                        return Result(x, "converged", steps, products, residual, target)
                    status = "not finite" if not np.isfinite(residual) else "diverged" if residual > limit else "step limit"
                    if status != "step limit" or steps == most_steps:
                        return Result(best, status, steps, products, least, target)
                    x = rows(theta, a{{inverse}}, b, x, {{first}})
                    f = a(x) - b
                    residual = norm(f)
                    steps += 1
                    products += evaluations
                    if residual < least:
                        best, least = x, residual


            def {{name}}_precondition(a{{inverse}}, r, evaluations={{longest}}):
                """P r, a fixed polynomial P in A: the iterate after one step from 0 on A z = r, with one product less than evaluations.

                Linear in r, and symmetric where A is{{(preconditioned ? " and no M is used" : string.Empty)}}: a preconditioner for CG, MINRES and GMRES.
                """
                r = np.asarray(r, dtype=float)
                return rows(METHODS[evaluations], a{{inverse}}, r, np.zeros_like(r), {{(preconditioned ? "inverse(-r)" : "-r")}})

            """";
    }

    private static string Method(LearnedKrylov method)
    {
        double[] weights = method.Weights.ToArray();
        IEnumerable<string> rows = Enumerable.Range(1, method.InnerEvaluations)
            .Select(j => $"        [{string.Join(", ", weights.AsSpan(j * (j - 1) / 2, j).ToArray().Select(Number))}],\n");
        return $"    {method.InnerEvaluations}: [\n{string.Concat(rows)}    ],\n";
    }
}
