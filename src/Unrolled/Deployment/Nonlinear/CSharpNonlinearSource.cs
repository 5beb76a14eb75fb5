using Unrolled.Deployment.Sources;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Nonlinear;

/// <summary>C#: one file, one static class.</summary>
internal sealed class CSharpNonlinearSource : NonlinearSource
{
    private protected override string WriteNamed(NonlinearParts parts, string name)
    {
        (string declared, string given) = Callbacks(parts);
        string inner = parts.IsLinearized ? declared.Replace("Map function, ", string.Empty, StringComparison.Ordinal) : declared;
        string innerGiven = parts.IsLinearized ? given.Replace("function, ", string.Empty, StringComparison.Ordinal) : given;
        return $$"""
            {{CSharpComment(parts.Heading)}}
            using System;

            public static class {{TypeName(name)}}
            {
                /// <summary>The lengths of y and p, and the numbers of memory that the solver wants.</summary>
                public const int Unknowns = {{parts.Unknowns}}, Parameters = {{parts.Family.ParameterNames.Length}}, Work = {{parts.Work}};

            {{Indented("    ", Tables(parts).TrimEnd())}}

            {{Indented("    ", Types(parts))}}    /// <summary>How a run ended; only Converged says that the system is solved. Outside: a parameter is, and nothing was changed.</summary>
                public enum Status
                {
                    Converged,
                    StepLimit,
                    RateNotMet,
                    NotFinite,
                    Outside,
                }

                /// <summary>The steps kept, the evaluations of F and products with its Jacobian, and |F| at the y that is returned.</summary>
                public readonly record struct Result(Status Status, int Steps, int Evaluations, double Residual);

                /// <summary>Whether the learned steps may be used with parameters.</summary>
                public static bool Covers(ReadOnlySpan<double> p) =>
                    {{string.Join("\n            && ", parts.Conditions.DefaultIfEmpty("true"))}};

                /// <summary>
                /// Solves F(y, p) = 0 from the start y, which it replaces, until |F|, computed after every step, is at most tolerance, a step
                /// does not keep the rate, or mostSteps were taken.
                /// </summary>
                /// <exception cref="ArgumentException">A length is wrong or a number negative.</exception>
                public static Result Solve({{declared}}Span<double> y, ReadOnlySpan<double> p, double tolerance, int mostSteps, Span<double> work)
                {
                    if (y.Length != Unknowns || p.Length < Parameters || work.Length < Work || !(tolerance >= 0.0) || mostSteps < 0)
                    {
                        throw new ArgumentException("y must have Unknowns, p Parameters, work Work numbers; tolerance and mostSteps must not be negative");
                    }

                    if (!Covers(p))
                    {
                        return new Result(Status.Outside, 0, 0, double.NaN);
                    }

            {{Indented("        ", parts.Weights.AreConstant ? "ReadOnlySpan<double> theta = Theta;" : $"Span<double> theta = work.Slice({parts.Theta}, {parts.Weights.Weights});\nWeights(p, work.Slice({parts.Basis}), theta);")}}
                    Span<double> f = work.Slice(0, Unknowns), before = work.Slice(2 * Unknowns, Unknowns);
                    {{Evaluate(parts, "y", "f")}}
                    double residual = Norm(f);
                    int steps = 0, evaluations = 1;
                    Status status = residual <= tolerance ? Status.Converged : !double.IsFinite(residual) ? Status.NotFinite : Status.StepLimit;
                    while (status == Status.StepLimit && steps < mostSteps)
                    {
                        y.CopyTo(before);
                        Step({{innerGiven}}y, p, theta, work);
                        {{Evaluate(parts, "y", "f")}}
                        double norm = Norm(f);
                        evaluations += {{parts.Evaluations}};
                        if (!(norm <= {{Number(parts.Learned.Rate)}} * residual))
                        {
                            before.CopyTo(y);
                            status = Status.RateNotMet;
                            break;
                        }

                        residual = norm;
                        steps++;
                        status = norm <= tolerance ? Status.Converged : Status.StepLimit;
                    }

                    return new Result(status, steps, evaluations, residual);
                }

                /// <summary>One step from F at y in the first vector of work: {{(parts.IsLinearized ? "v_j = M^-1 (J(y) d_j + F(y)), d_j = sum theta_jl v_l" : "v_j = M^-1 F(y + sum theta_jl v_l)")}}, y += sum theta_nl v_l.</summary>
                private static void Step({{inner}}Span<double> y, ReadOnlySpan<double> p, ReadOnlySpan<double> theta, Span<double> work)
                {
                    Span<double> f = work.Slice(0, Unknowns), point = work.Slice(Unknowns, Unknowns), v = work.Slice({{parts.FirstTerm}}, {{parts.Evaluations}} * Unknowns);
                    {{(parts.IsPreconditioned ? Precondition(parts, "f", "v.Slice(0, Unknowns)") : "f.CopyTo(v);")}}
                    for (int j = 1; j <= {{parts.Evaluations}}; j++)
                    {
                        ReadOnlySpan<double> row = theta.Slice(j * (j - 1) / 2, j);
                        if (j == {{parts.Evaluations}})
                        {
                            Combine(y, row, v, 0, j, y);
                            return;
                        }

            {{Indented("            ", Row(parts))}}
                    }
                }

            {{Indented("    ", Weights(parts))}}{{Indented("    ", parts.Factors is { } lu ? Inverse(lu) : string.Empty)}}{{Indented("    ", VectorSource.CSharp.TrimEnd())}}
            {{(parts.Equations is null ? string.Empty : "\n" + Indented("    ", SourceLanguage.CSharp.Write(parts.Functions("F", "Product")).TrimEnd()) + "\n")}}}

            """;
    }

    private static (string Declared, string Given) Callbacks(NonlinearParts parts)
    {
        string declared = string.Empty, given = string.Empty;
        void Add(bool needed, string type, string callback)
        {
            declared += needed ? $"{type} {callback}, " : string.Empty;
            given += needed ? $"{callback}, " : string.Empty;
        }

        Add(parts.Equations is null, "Map", "function");
        Add(parts.Equations is null && parts.IsLinearized, "JacobianProduct", "jacobian");
        Add(parts.AsksForInverse, "Map", "inverse");
        return (declared, given);
    }

    private static string Types(NonlinearParts parts)
    {
        string text = parts.Equations is null || parts.AsksForInverse
            ? "/// <summary>f = F(y, p) with the caller's p, or z = M^-1 r. The vectors do not overlap.</summary>\npublic delegate void Map(ReadOnlySpan<double> y, Span<double> f);\n\n"
            : string.Empty;
        return parts.Equations is null && parts.IsLinearized
            ? text + "/// <summary>w = J(y) v with the Jacobian of F. The vectors do not overlap.</summary>\n"
                + "public delegate void JacobianProduct(ReadOnlySpan<double> y, ReadOnlySpan<double> v, Span<double> w);\n\n"
            : text;
    }

    private static string Evaluate(NonlinearParts parts, string point, string value) =>
        parts.Equations is null ? $"function({point}, {value});" : $"F({point}, p{parts.Time}, {value});";

    private static string Precondition(NonlinearParts parts, string value, string destination) =>
        parts.AsksForInverse ? $"inverse({value}, {destination});" : $"Inverse({value}, {destination}, work.Slice({parts.Scratch}, Unknowns));";

    /// <summary>The point of a row and the evaluation there.</summary>
    private static string Row(NonlinearParts parts)
    {
        string value = parts.IsPreconditioned ? $"work.Slice({parts.Value}, Unknowns)" : "v.Slice(j * Unknowns, Unknowns)";
        string rest = parts.IsPreconditioned ? "\n" + Precondition(parts, "value", "v.Slice(j * Unknowns, Unknowns)") : string.Empty;
        string evaluate = !parts.IsLinearized ? Evaluate(parts, "point", "value")
            : parts.Equations is null ? "jacobian(y, point, value);" : $"Product(y, p{parts.Time}, point, value);";
        return parts.IsLinearized
            ? $$"""
                Span<double> value = {{value}};
                point.Clear();
                Combine(point, row, v, 0, j, point);
                {{evaluate}}
                for (int i = 0; i < Unknowns; i++)
                {
                    value[i] += f[i];
                }{{(rest.Length > 0 ? "\n" + rest : rest)}}
                """
            : $$"""
                Span<double> value = {{value}};
                Combine(y, row, v, 0, j, point);
                {{evaluate}}{{rest}}
                """;
    }

    private static string Tables(NonlinearParts parts)
    {
        const string rows = "the rows theta_1, theta_2, ... of 1, 2, ... numbers";
        string text = parts.Weights.AreConstant
            ? $"// The weights: {rows}.\n" + CSharpTable("Theta", parts.Weights.Values.ToArray())
            : $"// The weights, {rows}, are polynomials: for each its coefficients of products of Chebyshev polynomials with these degrees in the coordinates.\n"
                + CSharpTable("Coefficient", parts.Weights.Values.ToArray()) + CSharpTable("Degree", parts.Weights.BasisDegrees.SelectMany(d => d));
        return parts.Factors is not { } lu ? text : text
            + "// The preconditioner M, factored: row i of M is row Place[i] of L U, whose column j is column Order[j] of M. Columns of L and U begin at the starts.\n"
            + CSharpTable("Place", lu.Pattern.RowPosition) + CSharpTable("Order", lu.Pattern.ColumnOrder)
            + CSharpTable("LowerStart", lu.Pattern.LowerStart) + CSharpTable("LowerRow", lu.Pattern.LowerRow) + CSharpTable("Lower", lu.Lower.ToArray())
            + CSharpTable("UpperStart", lu.Pattern.UpperStart) + CSharpTable("UpperRow", lu.Pattern.UpperRow) + CSharpTable("Upper", lu.Upper.ToArray())
            + CSharpTable("InversePivot", lu.InversePivots.ToArray());
    }

    private static string Inverse(SparseLu lu) => $$"""
        /// <summary>z = M^-1 r.</summary>
        private static void Inverse(ReadOnlySpan<double> r, Span<double> z, Span<double> x)
        {
            for (int i = 0; i < {{lu.Order}}; i++)
            {
                x[Place[i]] = r[i];
            }

            for (int j = 0; j < {{lu.Order}}; j++)
            {
                for (int t = LowerStart[j]; t < LowerStart[j + 1]; t++)
                {
                    x[LowerRow[t]] = Math.FusedMultiplyAdd(Lower[t], -x[j], x[LowerRow[t]]);
                }
            }

            for (int j = {{lu.Order - 1}}; j >= 0; j--)
            {
                x[j] *= InversePivot[j];
                for (int t = UpperStart[j]; t < UpperStart[j + 1]; t++)
                {
                    x[UpperRow[t]] = Math.FusedMultiplyAdd(Upper[t], -x[j], x[UpperRow[t]]);
                }

                z[Order[j]] = x[j];
            }
        }


        """;

    /// <summary>How the weights come from parameters, where they do.</summary>
    private static string Weights(NonlinearParts parts)
    {
        int columns = parts.Weights.BasisLength, coordinates = parts.Weights.Coordinates;
        return parts.Weights.AreConstant ? string.Empty : $$"""
            /// <summary>The weights theta for parameters; phi receives the polynomials. The coordinates of the parameters are kept in [-1, 1].</summary>
            private static void Weights(ReadOnlySpan<double> p, Span<double> phi, Span<double> theta)
            {
                ReadOnlySpan<double> x = stackalloc double[]
                {
                    {{string.Join(",\n        ", parts.Coordinates.Select(c => $"Math.Clamp({c}, -1.0, 1.0)"))}},
                };
                for (int b = 0; b < {{columns}}; b++)
                {
                    phi[b] = 1.0;
                    for (int c = 0; c < {{coordinates}}; c++)
                    {
                        phi[b] *= Chebyshev(Degree[(b * {{coordinates}}) + c], x[c]);
                    }
                }

                for (int w = 0; w < theta.Length; w++)
                {
                    theta[w] = 0.0;
                    for (int b = 0; b < {{columns}}; b++)
                    {
                        theta[w] = Math.FusedMultiplyAdd(Coefficient[(w * {{columns}}) + b], phi[b], theta[w]);
                    }
                }
            }

            private static double Chebyshev(int degree, double x)
            {
                double before = 1.0, value = degree == 0 ? 1.0 : x;
                for (int k = 2; k <= degree; k++)
                {
                    (before, value) = (value, (2.0 * x * value) - before);
                }

                return value;
            }


            """;
    }
}
