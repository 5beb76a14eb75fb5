using Unrolled.Deployment.Sources;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;

namespace Unrolled.Deployment.Fields;

/// <summary>Python 3 with NumPy.</summary>
internal sealed class PythonDenoiserSource : DenoiserSource
{
    private const string Quotes = "\"\"\"";

    private protected override string Write(FieldProgram program, string description, string name)
    {
        bool leveled = program.Leveled[0].Length > 0;
        return $$"""
            {{Quotes}}{{SourceText.PythonText(program.Heading(description))}}
            {{Quotes}}
            import numpy as np

            # The numbers that are the same at all noise levels: {{(program.Flux is null ? "kernels (filter, channel, row, column) and biases, layer after layer" : "kernels (filter, channel, row, column), block after block")}}.
            FIXED = np.array([
                {{SourceText.Numbers(program.Fixed, "    ")}},
            ])
            {{(leveled ? Leveled(program) : string.Empty)}}

            def mirror(i, n):
                {{Quotes}}The places that stand at places i of an axis of n: the mirror image, edge included.{{Quotes}}
                m = np.mod(i, 2 * n)
                return np.minimum(m, 2 * n - 1 - m)


            def padded(u, up, left):
                {{Quotes}}Planes (channel, row, column) with their mirror images around them.{{Quotes}}
                rows = mirror(np.arange(-up, u.shape[1] + up), u.shape[1])
                columns = mirror(np.arange(-left, u.shape[2] + left), u.shape[2])
                return u[:, rows[:, None], columns]


            def correlate(u, kernels):
                {{Quotes}}K u for kernels (filter, channel, row, column).{{Quotes}}
                _, rows, columns = u.shape
                height, width = kernels.shape[2:]
                u = padded(u, height // 2, width // 2)
                total = np.zeros((len(kernels), rows, columns))
                for a in range(height):
                    for b in range(width):
                        total += np.tensordot(kernels[:, :, a, b], u[:, a:a + rows, b:b + columns], 1)
                return total

            {{(program.Flux is null ? string.Empty : Step(program, program.Flux))}}{{Resampling(program)}}
            def {{name}}_denoise(noisy, sigma):
                {{Quotes}}Denoises an array (rows, columns){{(program.IsForSignals ? " or (samples,)" : string.Empty)}} with noise of standard deviation sigma.{{Quotes}}
                noisy = np.asarray(noisy, dtype=float)
                if noisy.size == 0 or noisy.ndim not in (1, 2) or not sigma > 0:
                    raise ValueError(f"expected values in one or two dimensions and a positive sigma, got the shape {noisy.shape} and {sigma}")
                known = min(max(sigma, {{SourceText.Number(program.Noise.Least)}}), {{SourceText.Number(program.Noise.Largest)}})
                scale = known / sigma
                v0 = (scale * noisy).reshape((1, -1, noisy.shape[-1]))
            {{(leveled ? "    w = interpolated(known)\n" : string.Empty)}}{{string.Join('\n', program.Nodes.Select((n, i) => $"    v{i + 1} = {Operation(program, n)}"))}}
                return (1.0 / scale) * v{{program.Nodes.Count}}.reshape(noisy.shape)

            """;
    }

    private static string Leveled(FieldProgram program) => $$"""

        # The noise levels with numbers of their own, and these numbers: fluxes with the logarithms of their contrasts, step sizes, weights of terms.
        LEVELS = np.array([{{string.Join(", ", program.Levels.Select(SourceText.Number))}}])
        LEVELED = np.array([
            {{string.Join(",\n    ", program.Leveled.Select(l => $"[\n        {SourceText.Numbers(l, "        ")},\n    ]"))}},
        ])


        def interpolated(sigma):
            {{Quotes}}The numbers at a noise level: between two levels linear in its logarithm, outside those of the nearest.{{Quotes}}
            i = 0
            while i + 2 < len(LEVELS) and sigma > LEVELS[i + 1]:
                i += 1
            if len(LEVELS) == 1:
                return LEVELED[0]
            part = min(max(np.log(sigma / LEVELS[i]) / np.log(LEVELS[i + 1] / LEVELS[i]), 0.0), 1.0)
            return LEVELED[i] + part * (LEVELED[i + 1] - LEVELED[i])


        """;

    private static string Step(FieldProgram program, FluxForm flux)
    {
        BankShape shape = program.StepShape;
        int up = shape.KernelRows / 2, left = shape.KernelColumns / 2;
        return $$"""

            def adjoint(q, kernels):
                {{Quotes}}K^T q: the adjoint of correlate. What stands outside is added to where it was copied from.{{Quotes}}
                _, rows, columns = q.shape
                channels, height, width = kernels.shape[1:]
                up, left = height // 2, width // 2
                total = np.zeros((channels, rows + 2 * up, columns + 2 * left))
                for a in range(height):
                    for b in range(width):
                        total[:, a:a + rows, b:b + columns] += np.tensordot(kernels[:, :, a, b].T, q, 1)
                for j in range(left):
                    total[:, :, left + mirror(j - left, columns)] += total[:, :, j]
                    total[:, :, left + mirror(columns + j, columns)] += total[:, :, left + columns + j]
                for i in range(up):
                    total[:, up + mirror(i - up, rows)] += total[:, i]
                    total[:, up + mirror(rows + i, rows)] += total[:, up + rows + i]
                return total[:, up:up + rows, left:left + columns]


            {{Flux(flux)}}

            def step(u, kernels, numbers, tau):
                {{Quotes}}u - tau K^T Phi(K u): explicit diffusion.{{Quotes}}
                kernels = kernels.reshape(({{shape.Filters}}, {{shape.Channels}}, {{shape.KernelRows}}, {{shape.KernelColumns}}))
                return u - tau * adjoint(flux(correlate(u, kernels), numbers), kernels)


            """;
    }

    private static string Flux(FluxForm flux)
    {
        string Columns(string numbers) => $"{numbers}[:, None, None]";
        int filters = flux.Filters, per = flux.PerFilter;
        return flux.Kind switch
        {
            FluxKind.ClosedForm => $$"""
                def flux(s, numbers):
                    {{Quotes}}The {{flux.Terms[0].Flux.Name}} flux; the numbers are the logarithms of the contrasts.{{Quotes}}
                    rate = 1.0 / {{Columns("np.exp(numbers)")}}
                    z = (s * rate) ** 2
                {{Steps(flux.Terms[0].Flux)}}
                    return g * {{(flux.Terms[0].Flux.Degree == 1 ? "s" : "rate * s")}}

                """,
            FluxKind.Mixture => $$"""
                def flux(s, numbers):
                    {{Quotes}}A mixture of {{string.Join(", ", flux.Terms.Select(t => t.Flux.Name))}}; the numbers are the weights, filter after filter, then the logarithms of the contrasts.{{Quotes}}
                    weights = numbers[:{{filters * per}}].reshape(({{filters}}, {{per}}))
                    contrast = {{Columns($"np.exp(numbers[{filters * per}:])")}}
                    total = np.zeros_like(s)
                {{string.Join('\n', flux.Terms.Select((t, i) => $"    z = (s * (1.0 / (contrast * {SourceText.Number(t.RelativeContrast)}))) ** 2\n{Steps(t.Flux)}\n    total += {Columns($"weights[:, {i}]")} * g"))}}
                    return total * s

                """,
            FluxKind.Spline => $$"""
                KNOTS = np.array([{{string.Join(", ", flux.Knots.Select(SourceText.Number))}}])


                def flux(s, numbers):
                    {{Quotes}}Splines: sign(s) (e |s| + sum of c_i min(|s|, k_i)).

                    The numbers are, filter after filter, the ratios Phi(k)/k at the knots and the end slope e, then the logarithms of the contrasts, which scale the knots.
                    {{Quotes}}
                    ratios = numbers[:{{filters * per}}].reshape(({{filters}}, {{per}}))
                    knots = np.exp(numbers[{{filters * per}}:])[:, None] * KNOTS
                    values = ratios[:, :-1] * KNOTS
                    slopes = np.hstack([ratios[:, :1], (values[:, 1:] - values[:, :-1]) / (KNOTS[1:] - KNOTS[:-1]), ratios[:, -1:]])
                    ramps = slopes[:, :-1] - slopes[:, 1:]
                    a = np.abs(s)
                    total = {{Columns("ratios[:, -1]")}} * a
                    for i in range(len(KNOTS)):
                        total += {{Columns("ramps[:, i]")}} * np.minimum(a, {{Columns("knots[:, i]")}})
                    return np.copysign(1.0, s) * total

                """,
            _ => $$"""
                def flux(s, numbers):
                    {{Quotes}}max(s, 0).{{Quotes}}
                    return np.maximum(s, 0.0)

                """,
        };
    }

    private static string Steps(Flux flux)
    {
        string steps = string.Join('\n', FluxForm.Diffusivity(flux, (f, arguments) => $"np.{f switch { "min" => "minimum", "max" => "maximum", _ => f }}({arguments})").Select(s => $"    g = {s}"));
        return steps.Contains("/ (g", StringComparison.Ordinal) ? $"    with np.errstate(divide=\"ignore\", over=\"ignore\"):\n{SourceText.Indented("    ", steps)}" : steps;
    }

    private static string Resampling(FieldProgram program) => !program.Nodes.Any(n => n is DownsampleNode) ? string.Empty : $$"""

        def halved(u):
            {{Quotes}}The means of pairs along both axes; an odd axis ends with a pair of one.{{Quotes}}
            for axis in (1, 2):
                first = np.arange(0, u.shape[axis], 2)
                second = np.minimum(first + 1, u.shape[axis] - 1)
                u = (np.take(u, first, axis) + np.take(u, second, axis)) / 2
            return u


        def repeated(u, rows, columns):
            {{Quotes}}Every value twice along both axes, to the extents given.{{Quotes}}
            return u[:, np.arange(rows)[:, None] // 2, np.arange(columns) // 2]


        """;

    private static string Operation(FieldProgram program, FieldNode node)
    {
        string x = $"v{node.Inputs[0]}", y = $"v{node.Inputs[^1]}";
        return node switch
        {
            SymmetricStepNode s => $"step({x}, FIXED[{s.Kernels}:{s.Kernels + s.Shape.KernelCount}], "
                + $"w[{program.LeveledIndex(s.FluxNumbers)}:{program.LeveledIndex(s.FluxNumbers) + s.Flux.NumbersFor(s.Shape.Filters)}], w[{program.LeveledIndex(s.Step)}])",
            ConvolutionNode c => Rectified(c, $"correlate({x}, FIXED[{c.Kernels}:{c.Kernels + c.Shape.KernelCount}].reshape(({c.Shape.Filters}, {c.Shape.Channels}, {c.Shape.KernelRows}, {c.Shape.KernelColumns}))) "
                + $"+ FIXED[{c.Biases}:{c.Biases + c.Shape.Filters}, None, None]"),
            BlendNode b => $"{x} + w[{program.LeveledIndex(b.Weight)}] * ({y} - {x})",
            SumNode s => $"{x} + {SourceText.Number(s.Scale)} * {y}",
            LiftNode => $"np.concatenate([{x}, np.zeros(({node.Channels - program.ChannelsOf(node.Inputs[0])},) + {x}.shape[1:])])",
            ProjectNode => $"{x}[:{node.Channels}]",
            ConcatenateNode => $"np.concatenate([{x}, {y}])",
            DownsampleNode => $"halved({x})",
            UpsampleNode => $"repeated({x}, {y}.shape[1], {y}.shape[2])",
            _ => throw new ArgumentException($"the operation {node.GetType().Name} cannot be exported", nameof(node)),
        };
    }

    private static string Rectified(ConvolutionNode node, string sum) => node.End == Rectification.Relu ? $"np.maximum({sum}, 0.0)" : sum;
}
