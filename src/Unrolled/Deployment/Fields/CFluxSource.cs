using Unrolled.Deployment.Sources;
using Unrolled.Diffusion;

namespace Unrolled.Deployment.Fields;

/// <summary>The flux of all steps as two functions in C99: what is computed once per filter, and the flux along a row.</summary>
internal static class CFluxSource
{
    public static string Write(FluxForm flux, string name) => flux.Kind switch
    {
        FluxKind.ClosedForm => ClosedForm(flux, name),
        FluxKind.Mixture => Mixture(flux, name),
        FluxKind.Spline => Spline(flux, name),
        _ => $$"""
            /* No numbers. */
            static void {{name}}_tables(const double *numbers, double *t)
            {
                (void)numbers;
                (void)t;
            }

            /* max(s, 0). */
            static void {{name}}_flux(const double *t, size_t n, double *s)
            {
                (void)t;
                for (size_t j = 0; j < n; j++)
                {
                    s[j] = fmax(s[j], 0.0);
                }
            }

            """,
    };

    private static string ClosedForm(FluxForm flux, string name) => $$"""
        /* Per filter 1/lambda, lambda the contrast, and the amplitude; the numbers are ln(lambda). */
        static void {{name}}_tables(const double *numbers, double *t)
        {
            for (size_t f = 0; f < {{flux.Filters}}; f++, t += 2)
            {
                t[0] = 1.0 / exp(numbers[f]);
                t[1] = {{(flux.Terms[0].Flux.Degree == 1 ? "1.0" : "t[0]")}};
            }
        }

        /* The {{flux.Terms[0].Flux.Name}} flux of s, in place. */
        static void {{name}}_flux(const double *t, size_t n, double *s)
        {
            const double rate = t[0], amplitude = t[1];
            for (size_t j = 0; j < n; j++)
            {
                const double ratio = s[j] * rate, z = ratio * ratio;
        {{Steps(flux.Terms[0].Flux, "        ")}}
                s[j] = g * amplitude * s[j];
            }
        }

        """;

    private static string Mixture(FluxForm flux, string name) => $$"""
        /* Per filter the rates 1/lambda of {{string.Join(", ", flux.Terms.Select(t => t.Flux.Name))}}, then their weights; the numbers are the weights, then ln(contrast). */
        static void {{name}}_tables(const double *numbers, double *t)
        {
            static const double relative[{{flux.Terms.Count}}] = { {{string.Join(", ", flux.Terms.Select(t => SourceText.Number(t.RelativeContrast)))}} };
            for (size_t f = 0; f < {{flux.Filters}}; f++, t += {{flux.TableLength}})
            {
                const double contrast = exp(numbers[{{flux.Filters * flux.PerFilter}} + f]);
                for (size_t i = 0; i < {{flux.Terms.Count}}; i++)
                {
                    t[i] = 1.0 / (contrast * relative[i]);
                    t[{{flux.Terms.Count}} + i] = numbers[f * {{flux.PerFilter}} + i];
                }
            }
        }

        /* The mixture of fluxes of s, in place. */
        static void {{name}}_flux(const double *t, size_t n, double *s)
        {
            for (size_t j = 0; j < n; j++)
            {
                double sum = 0.0;
        {{string.Join('\n', flux.Terms.Select((term, i) => $$"""
                {
                    const double ratio = s[j] * t[{{i}}], z = ratio * ratio;
        {{Steps(term.Flux, "            ")}}
                    sum += t[{{flux.Terms.Count + i}}] * g;
                }
        """))}}
                s[j] *= sum;
            }
        }

        """;

    private static string Spline(FluxForm flux, string name)
    {
        int n = flux.Knots.Count;
        return $$"""
            /*
             * Per filter the knots, the end slope e and the ramps c: Phi(s) = sign(s) (e |s| + sum of c_i min(|s|, k_i)).
             * The numbers are, filter after filter, the ratios Phi(k)/k at the knots and e, then ln(contrast), which scales the knots.
             */
            static void {{name}}_tables(const double *numbers, double *t)
            {
                static const double knots[{{n}}] = { {{string.Join(", ", flux.Knots.Select(SourceText.Number))}} };
                for (size_t f = 0; f < {{flux.Filters}}; f++, t += {{flux.TableLength}})
                {
                    const double *ratios = numbers + f * {{n + 1}};
                    const double contrast = exp(numbers[{{flux.Filters * (n + 1)}} + f]);
                    double slope = ratios[0];
                    t[{{n}}] = ratios[{{n}}];
                    for (size_t i = 0; i < {{n}}; i++)
                    {
                        const double next = i + 1 < {{n}} ? (ratios[i + 1] * knots[i + 1] - ratios[i] * knots[i]) / (knots[i + 1] - knots[i]) : ratios[{{n}}];
                        t[i] = contrast * knots[i];
                        t[{{n + 1}} + i] = slope - next;
                        slope = next;
                    }
                }
            }

            /* The spline of s, in place. */
            static void {{name}}_flux(const double *t, size_t n, double *s)
            {
                for (size_t j = 0; j < n; j++)
                {
                    const double a = fabs(s[j]);
                    double v = t[{{n}}] * a;
                    for (size_t i = 0; i < {{n}}; i++)
                    {
                        v += t[{{n + 1}} + i] * (a < t[i] ? a : t[i]);
                    }
                    s[j] = s[j] < 0.0 ? -v : v;
                }
            }

            """;
    }

    private static string Steps(Flux flux, string indent) => string.Join(
        '\n', FluxForm.Diffusivity(flux, (f, arguments) => $"{(f is "min" or "max" ? "f" + f : f)}({arguments})").Select((step, i) => $"{indent}{(i == 0 ? "double g = " : "g = ")}{step};"));
}
