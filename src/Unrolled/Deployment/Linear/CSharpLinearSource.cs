using Unrolled.Deployment.Sources;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Linear;

/// <summary>C#: one file, one static class.</summary>
internal sealed class CSharpLinearSource : LinearSource
{
    private protected override string WriteNamed(LearnedLinear learned, string name)
    {
        bool preconditioned = IsPreconditioned(learned);
        int window = Window(learned);
        string inverse = preconditioned ? ", Operator inverse" : string.Empty, given = preconditioned ? ", inverse" : string.Empty;
        string residual = $"work.Slice({(preconditioned ? window + 2 : 2)} * n, n)", first = preconditioned ? "inverse(f, work.Slice(2 * n, n));\n            " : string.Empty;
        string evaluate = preconditioned
            ? $"Function(a, b, to, {residual});\n                    inverse({residual}, v.Slice((j % m.Window) * n, n));"
            : "Function(a, b, to, v.Slice((j % m.Window) * n, n));";
        string choices = string.Join(", ", learned.Methods.Select(m => m.InnerEvaluations));
        string range = learned.Eigenvalues is ValidRange valid
            ? $"\n    // Where the eigenvalues of A must lie.\n    public const double LeastEigenvalue = {Number(valid.Low)}, LargestEigenvalue = {Number(valid.High)};\n"
            : string.Empty;
        return $$"""
            {{CSharpComment(Heading(learned))}}
            using System;

            public static class {{TypeName(name)}}
            {
                /// <summary>The vectors of memory that the methods want: Vectors * n numbers for n unknowns.</summary>
                public const int Vectors = {{Vectors(learned)}};
            {{range}}
                // A run ends where the residual has grown by this factor over its start and over b.
                private const double DivergenceFactor = {{Number(DivergenceFactor)}};

            {{Indented("    ", Tables(learned).TrimEnd())}}

                /// <summary>y = A x{{(preconditioned ? ", or z = M^-1 r," : string.Empty)}} for vectors that do not overlap.</summary>
                public delegate void Operator(ReadOnlySpan<double> x, Span<double> y);

                /// <summary>How a run ended; only Converged says that the system is solved.</summary>
                public enum Status
                {
                    Converged,
                    StepLimit,
                    Diverged,
                    NotFinite,
                }

                /// <summary>The steps taken, the products made, |b - A x| of the x that is returned, and what was to be reached.</summary>
                public readonly record struct Result(Status Status, int Steps, int Products, double Residual, double Target);

                /// <summary>
                /// Solves A x = b from the start x, which it replaces, with steps of {{choices}} evaluations of A x - b, one product each,
                /// until |b - A x|, recomputed after every step, is at most tolerance |b| (tolerance |b - A x| of the start where b = 0), or
                /// mostSteps were taken; a tolerance of 0 takes that many steps.
                /// </summary>
                /// <exception cref="ArgumentException">A length is wrong, a number negative, or there is no method with so many evaluations.</exception>
                public static Result Solve(
                    int evaluations, Operator a{{inverse}}, ReadOnlySpan<double> b, Span<double> x, double tolerance, int mostSteps, Span<double> work)
                {
                    Method m = Find(evaluations);
                    int n = x.Length, steps = 0;
                    Require(n > 0 && b.Length == n && work.Length >= Vectors * n, "b and x must have one length n > 0, work Vectors * n numbers");
                    Require(tolerance >= 0.0 && mostSteps >= 0, "the tolerance and the number of steps must not be negative");
                    Span<double> f = {{residual}}, best = work.Slice({{Vectors(learned) - 1}} * n, n);
                    int products = Start(a, b, x, f);
                    x.CopyTo(best);
                    double norm = Norm(f), least = norm, reference = Norm(b);
                    reference = reference == 0.0 ? norm : reference;
                    double target = Math.Min(tolerance * reference, double.MaxValue), limit = DivergenceFactor * Math.Max(norm, reference);
                    while (true)
                    {
                        Status status = norm <= target ? Status.Converged : !double.IsFinite(norm) ? Status.NotFinite
                            : norm > limit ? Status.Diverged : Status.StepLimit;
                        if (status != Status.StepLimit || steps == mostSteps)
                        {
                            if (status != Status.Converged)
                            {
                                best.CopyTo(x);
                            }

                            return new Result(status, steps, products, status == Status.Converged ? norm : least, target);
                        }

                        {{first}}Rows(m, a{{given}}, b, x, work);
                        Function(a, b, x, f);
                        norm = Norm(f);
                        steps++;
                        products += evaluations;
                        if (norm < least)
                        {
                            least = norm;
                            x.CopyTo(best);
                        }
                    }
                }

                /// <summary>
                /// z = P r, a fixed polynomial P in A: the iterate after one step from 0 on A z = r, with one product less than evaluations.
                /// Linear in r, and symmetric where A is{{(preconditioned ? " and no M is used" : string.Empty)}}: a preconditioner for CG, MINRES and GMRES. z must not be r.
                /// </summary>
                /// <exception cref="ArgumentException">A length is wrong, or there is no method with so many evaluations.</exception>
                public static void Precondition(int evaluations, Operator a{{inverse}}, ReadOnlySpan<double> r, Span<double> z, Span<double> work)
                {
                    Method m = Find(evaluations);
                    int n = z.Length;
                    Require(n > 0 && r.Length == n && work.Length >= Vectors * n, "r and z must have one length n > 0, work Vectors * n numbers");
                    Span<double> f = {{residual}};
                    z.Clear();
                    Start(a, r, z, f);
                    {{first.Replace("            ", "        ", StringComparison.Ordinal)}}Rows(m, a{{given}}, r, z, work);
                }

                private static Method Find(int evaluations)
                {
                    foreach (Method m in Methods)
                    {
                        if (m.Evaluations == evaluations)
                        {
                            return m;
                        }
                    }

                    throw new ArgumentException("there is no method with " + evaluations + " evaluations; expected one of {{choices}}");
                }

                private static void Require(bool condition, string message)
                {
                    if (!condition)
                    {
                        throw new ArgumentException(message);
                    }
                }

                /// <summary>f = A x - b for the start; -b and no product where it is 0. Returns the products made.</summary>
                private static int Start(Operator a, ReadOnlySpan<double> b, ReadOnlySpan<double> x, Span<double> f)
                {
                    foreach (double value in x)
                    {
                        if (value != 0.0)
                        {
                            Function(a, b, x, f);
                            return 1;
                        }
                    }

                    for (int i = 0; i < f.Length; i++)
                    {
                        f[i] = -b[i];
                    }

                    return 0;
                }

                private static void Function(Operator a, ReadOnlySpan<double> b, ReadOnlySpan<double> x, Span<double> f)
                {
                    a(x, f);
                    for (int i = 0; i < f.Length; i++)
                    {
                        f[i] -= b[i];
                    }
                }

                /// <summary>
                /// The rest of a step when v_0 is known: v_j = {{(preconditioned ? "M^-1 f" : "f")}}(x + sum theta_jl v_l), x += sum theta_nl v_l. A row that begins like one of
                /// the two before it goes on from that row's point.
                /// </summary>
                private static void Rows(Method m, Operator a{{inverse}}, ReadOnlySpan<double> b, Span<double> x, Span<double> work)
                {
                    int n = x.Length;
                    Span<double> v = work.Slice(2 * n);
                    for (int j = 1; j <= m.Evaluations; j++)
                    {
                        int shared = m.Shared[j];
                        ReadOnlySpan<double> from = shared == 0 ? x : work.Slice((shared % 2) * n, n);
                        Span<double> to = j == m.Evaluations ? x : work.Slice((j % 2) * n, n);
                        Combine(from, m.Weights.AsSpan((j * (j - 1) / 2) + shared, j - shared), v, shared, m.Window, to);
                        if (j < m.Evaluations)
                        {
                            {{evaluate}}
                        }
                    }
                }

            {{Indented("    ", VectorSource.CSharp.TrimEnd())}}

                private readonly record struct Method(int Evaluations, int Window, int[] Shared, double[] Weights);
            }

            """;
    }

    private static string Tables(LearnedLinear learned)
    {
        string tables = string.Concat(learned.Methods.Select(m =>
            $"// {m.InnerEvaluations} evaluations: the rows theta_j, j = 1 .. {m.InnerEvaluations}, of j weights; how many weights a row has in common with which row.\n"
            + CSharpTable($"Weights{m.InnerEvaluations}", m.Weights.ToArray()) + CSharpTable($"Shared{m.InnerEvaluations}", m.Plan.Shared.ToArray())));
        return $$"""
            {{tables}}private static readonly Method[] Methods =
            {
                {{string.Join(",\n    ", learned.Methods.Select(m => $"new({m.InnerEvaluations}, {m.Plan.Window}, Shared{m.InnerEvaluations}, Weights{m.InnerEvaluations})"))}},
            };

            """;
    }
}
