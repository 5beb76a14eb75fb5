using Unrolled.Deployment.Sources;
using Unrolled.Diffusion;

namespace Unrolled.Deployment.Fields;

/// <summary>The flux of all steps as two functions in C#: what is computed once per filter, and the flux along a row.</summary>
internal static class CSharpFluxSource
{
    public static string Write(FluxForm flux) => flux.Kind switch
    {
        FluxKind.ClosedForm => ClosedForm(flux),
        FluxKind.Mixture => Mixture(flux),
        FluxKind.Spline => Spline(flux),
        _ => """
            private static void Tables(ReadOnlySpan<double> numbers, Span<double> t)
            {
            }

            /// <summary>max(s, 0), in place.</summary>
            private static void Flux(ReadOnlySpan<double> t, Span<double> s)
            {
                for (int j = 0; j < s.Length; j++)
                {
                    s[j] = Math.Max(s[j], 0.0);
                }
            }

            """,
    };

    private static string ClosedForm(FluxForm flux) => $$"""
        /// <summary>Per filter 1/lambda, lambda the contrast, and the amplitude; the numbers are ln(lambda).</summary>
        private static void Tables(ReadOnlySpan<double> numbers, Span<double> t)
        {
            for (int f = 0; f < {{flux.Filters}}; f++)
            {
                t[2 * f] = 1.0 / Math.Exp(numbers[f]);
                t[(2 * f) + 1] = {{(flux.Terms[0].Flux.Degree == 1 ? "1.0" : "t[2 * f]")}};
            }
        }

        /// <summary>The {{flux.Terms[0].Flux.Name}} flux of s, in place.</summary>
        private static void Flux(ReadOnlySpan<double> t, Span<double> s)
        {
            double rate = t[0], amplitude = t[1];
            for (int j = 0; j < s.Length; j++)
            {
                double ratio = s[j] * rate, z = ratio * ratio;
        {{Steps(flux.Terms[0].Flux, "        ")}}
                s[j] = g * amplitude * s[j];
            }
        }

        """;

    private static string Mixture(FluxForm flux) => $$"""
        /// <summary>Per filter the rates 1/lambda of {{string.Join(", ", flux.Terms.Select(t => t.Flux.Name))}}, then their weights; the numbers are the weights, then ln(contrast).</summary>
        private static void Tables(ReadOnlySpan<double> numbers, Span<double> t)
        {
            ReadOnlySpan<double> relative = [{{string.Join(", ", flux.Terms.Select(t => SourceText.Number(t.RelativeContrast)))}}];
            for (int f = 0; f < {{flux.Filters}}; f++)
            {
                double contrast = Math.Exp(numbers[{{flux.Filters * flux.PerFilter}} + f]);
                for (int i = 0; i < {{flux.Terms.Count}}; i++)
                {
                    t[(f * {{flux.TableLength}}) + i] = 1.0 / (contrast * relative[i]);
                    t[(f * {{flux.TableLength}}) + {{flux.Terms.Count}} + i] = numbers[(f * {{flux.PerFilter}}) + i];
                }
            }
        }

        /// <summary>The mixture of fluxes of s, in place.</summary>
        private static void Flux(ReadOnlySpan<double> t, Span<double> s)
        {
            for (int j = 0; j < s.Length; j++)
            {
                double sum = 0.0;
        {{string.Join("\n\n", flux.Terms.Select((term, i) => $$"""
                {
                    double ratio = s[j] * t[{{i}}], z = ratio * ratio;
        {{Steps(term.Flux, "            ")}}
                    sum += t[{{flux.Terms.Count + i}}] * g;
                }
        """))}}

                s[j] *= sum;
            }
        }

        """;

    private static string Spline(FluxForm flux)
    {
        int n = flux.Knots.Count;
        return $$"""
            /// <summary>Per filter the knots, the end slope e and the ramps c: Phi(s) = sign(s) (e |s| + sum of c_i min(|s|, k_i)).</summary>
            /// <remarks>The numbers are, filter after filter, the ratios Phi(k)/k at the knots and e, then ln(contrast), which scales the knots.</remarks>
            private static void Tables(ReadOnlySpan<double> numbers, Span<double> t)
            {
                ReadOnlySpan<double> knots = [{{string.Join(", ", flux.Knots.Select(SourceText.Number))}}];
                for (int f = 0; f < {{flux.Filters}}; f++)
                {
                    ReadOnlySpan<double> ratios = numbers.Slice(f * {{n + 1}}, {{n + 1}});
                    Span<double> table = t.Slice(f * {{flux.TableLength}}, {{flux.TableLength}});
                    double contrast = Math.Exp(numbers[{{flux.Filters * (n + 1)}} + f]), slope = ratios[0];
                    table[{{n}}] = ratios[{{n}}];
                    for (int i = 0; i < {{n}}; i++)
                    {
                        double next = i + 1 < {{n}} ? ((ratios[i + 1] * knots[i + 1]) - (ratios[i] * knots[i])) / (knots[i + 1] - knots[i]) : ratios[{{n}}];
                        table[i] = contrast * knots[i];
                        table[{{n + 1}} + i] = slope - next;
                        slope = next;
                    }
                }
            }

            /// <summary>The spline of s, in place.</summary>
            private static void Flux(ReadOnlySpan<double> t, Span<double> s)
            {
                for (int j = 0; j < s.Length; j++)
                {
                    double a = Math.Abs(s[j]), v = t[{{n}}] * a;
                    for (int i = 0; i < {{n}}; i++)
                    {
                        v += t[{{n + 1}} + i] * (a < t[i] ? a : t[i]);
                    }

                    s[j] = s[j] < 0.0 ? -v : v;
                }
            }

            """;
    }

    private static string Steps(Flux flux, string indent) => string.Join(
        '\n', FluxForm.Diffusivity(flux, (f, arguments) => $"Math.{char.ToUpperInvariant(f[0])}{f[1..]}({arguments})").Select((step, i) => $"{indent}{(i == 0 ? "double g = " : "g = ")}{step};"));
}
