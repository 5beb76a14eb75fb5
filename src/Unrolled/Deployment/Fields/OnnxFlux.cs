using Unrolled.Deployment.Onnx;
using Unrolled.Diffusion;
using Unrolled.Numerics;

namespace Unrolled.Deployment.Fields;

/// <summary>The fluxes of a network in a graph.</summary>
/// <param name="graph">The graph.</param>
/// <param name="form">What is fixed in the flux.</param>
/// <param name="leveled">Makes a tensor of numbers that depend on the noise level.</param>
internal sealed class OnnxFlux(OnnxGraph graph, FluxForm form, Func<Func<double[], double[]>, long[], string> leveled)
{
    /// <summary><c>Phi(s)</c> for (batch, filters, rows, columns) numbers; its own numbers begin at a place among those that depend on the level.</summary>
    public string Apply(string s, int start)
    {
        if (form.Kind == FluxKind.Relu)
        {
            return Call("Relu", s);
        }

        string contrast = Call("Exp", PerFilter((numbers, f) => numbers[start + (form.Filters * form.PerFilter) + f]));
        if (form.Kind == FluxKind.Spline)
        {
            return Spline(s, start, contrast);
        }

        string sum = string.Empty;
        for (int i = 0; i < form.Terms.Count; i++)
        {
            (Flux flux, double relative) = form.Terms[i];
            string ratio = Call("Div", s, relative == 1 ? contrast : Call("Mul", contrast, graph.Constant(relative)));
            string g = Diffusivity(flux.Name, Call("Mul", ratio, ratio));
            if (form.Kind == FluxKind.Mixture)
            {
                int term = i;
                g = Call("Mul", PerFilter((numbers, f) => numbers[start + (f * form.PerFilter) + term]), g);
            }
            else if (flux.Degree == 0)
            {
                g = Call("Div", g, contrast);
            }

            sum = i == 0 ? g : Call("Add", sum, g);
        }

        return Call("Mul", sum, s);
    }

    private string Spline(string s, int start, string contrast)
    {
        string absolute = Call("Abs", s), sum = Call("Mul", Ramp(0), absolute);
        for (int i = 0; i < form.Knots.Count; i++)
        {
            string bounded = Call("Min", absolute, Call("Mul", contrast, graph.Constant(form.Knots[i])));
            sum = Call("Add", sum, Call("Mul", Ramp(i + 1), bounded));
        }

        return Call("Mul", Call("Sign", s), sum);

        // the ramps are linear in the ratios, so that those between two levels are the ones of the ratios there
        string Ramp(int i) => PerFilter((numbers, f) => form.Ramps(numbers.AsSpan(start + (f * form.PerFilter), form.PerFilter))[i]);
    }

    private string Diffusivity(string name, string z)
    {
        string one = graph.Constant(1), above = Call("Add", one, z);
        switch (name)
        {
            case "linear":
                return Call("Add", one, Call("Mul", graph.Constant(0), z));
            case "charbonnier" or "total-variation":
                return Call("Div", one, Call("Sqrt", above));
            case "huber":
                return Call("Div", one, Call("Sqrt", Call("Max", one, z)));
            case "perona-malik":
                return Call("Div", one, above);
            case "perona-malik-exponential":
                return Call("Exp", Call("Mul", graph.Constant(-0.5), z));
            case "weickert":
                string square = Call("Mul", z, z), exponent = Call("Min", graph.Constant(80), Call("Div", graph.Constant(WeickertDiffusivity.C), Call("Mul", square, square)));
                return Call("Sub", one, Call("Exp", Call("Neg", exponent)));
            case "geman-mcclure":
                string h = Call("Div", one, above);
                return Call("Mul", h, h);
            case "tukey":
                string a = Call("Max", graph.Constant(0), Call("Sub", one, z));
                return Call("Mul", a, a);
            default:
                throw new ArgumentException($"the flux {name} cannot be exported", nameof(name));
        }
    }

    private string PerFilter(Func<double[], int, double> number) =>
        leveled(level => [.. Enumerable.Range(0, form.Filters).Select(f => number(level, f))], [1, form.Filters, 1, 1]);

    private string Call(string operation, params string[] operands) => graph.Node(operation, operands);
}
