using Unrolled.Deployment.Sources;
using Unrolled.Diffusion.Networks;

namespace Unrolled.Deployment.Fields;

/// <summary>C99.</summary>
internal sealed class CDenoiserSource : DenoiserSource
{
    private protected override string Write(FieldProgram program, string description, string name)
    {
        bool leveled = program.Leveled[0].Length > 0;
        return $$"""
            /*
            {{SourceText.CComment(program.Heading(description))}}
             *
             * C99, needs math.h alone, allocates nothing. Values are row after row.
             */
            #include <math.h>
            #include <stddef.h>

            /* The numbers that are the same at all noise levels: {{(program.Flux is null ? "kernels (filter, channel, row, column) and biases, layer after layer" : "kernels (filter, channel, row, column), block after block")}}. */
            static const double {{name}}_fixed[{{Math.Max(1, program.Fixed.Length)}}] = {
                {{SourceText.Numbers(program.Fixed, "    ")}}
            };

            {{(leveled ? Leveled(program, name) + "\n\n" : string.Empty)}}/* The place that stands at place i of an axis of n: the mirror image, edge included. */
            static size_t {{name}}_mirror(ptrdiff_t i, size_t n)
            {
                const ptrdiff_t period = 2 * (ptrdiff_t)n, m = ((i % period) + period) % period;
                return (size_t)(m < (ptrdiff_t)n ? m : period - 1 - m);
            }

            /* Surrounds planes by their mirror images, up rows above and below and left columns at both sides. */
            static void {{name}}_pad(const double *u, size_t channels, size_t rows, size_t columns, size_t up, size_t left, double *padded)
            {
                for (size_t s = 0; s < channels; s++, u += rows * columns)
                {
                    for (size_t i = 0; i < rows + 2 * up; i++)
                    {
                        const double *from = u + {{name}}_mirror((ptrdiff_t)i - (ptrdiff_t)up, rows) * columns;
                        for (size_t j = 0; j < left; j++)
                        {
                            *padded++ = from[{{name}}_mirror((ptrdiff_t)j - (ptrdiff_t)left, columns)];
                        }
                        for (size_t j = 0; j < columns; j++)
                        {
                            *padded++ = from[j];
                        }
                        for (size_t j = 0; j < left; j++)
                        {
                            *padded++ = from[{{name}}_mirror((ptrdiff_t)(columns + j), columns)];
                        }
                    }
                }
            }

            /* y = y + k x. */
            static void {{name}}_add_scaled(double k, const double *restrict x, size_t n, double *restrict y)
            {
                for (size_t j = 0; j < n; j++)
                {
                    y[j] += k * x[j];
                }
            }

            /* Adds what one filter answers along one row; padded is the first row of padded planes that it sees. */
            static void {{name}}_correlate(const double *padded, size_t channels, size_t plane, size_t stride, size_t height, size_t width,
                const double *kernel, size_t columns, double *row)
            {
                for (size_t s = 0; s < channels; s++, padded += plane)
                {
                    for (size_t a = 0; a < height; a++)
                    {
                        for (size_t b = 0; b < width; b++)
                        {
                            {{name}}_add_scaled(*kernel++, padded + a * stride + b, columns, row);
                        }
                    }
                }
            }
            {{(program.Flux is null ? string.Empty : Step(program, program.Flux, name))}}{{CLayerSource.Write(program, name)}}
            /* How many numbers of work {{name}}_denoise needs. */
            size_t {{name}}_work(size_t rows, size_t columns)
            {
                return {{string.Join(" + ", program.Slots.Select(s => $"{s.Channels} * {Extents(s.Depth)}"))}}
                    + {{program.PaddedChannels}} * (rows + {{program.LargestKernel.Rows - 1}}) * (columns + {{program.LargestKernel.Columns - 1}}) + columns
                    + {{(program.Flux is { } flux ? flux.Filters * flux.TableLength : 0) + (program.Levels.Length > 1 ? program.Leveled[0].Length : 0)}};
            }

            /*
             * Denoises rows * columns values with noise of standard deviation sigma; clean may be noisy.
             * Returns 0, or -1 and does nothing where there are no values or sigma is not positive.
             */
            int {{name}}_denoise(const double *noisy, size_t rows, size_t columns, double sigma, double *clean, double *work)
            {
                if (rows == 0 || columns == 0 || !(sigma > 0.0))
                {
                    return -1;
                }
                const size_t n0 = rows * columns;
                const double known = fmin(fmax(sigma, {{SourceText.Number(program.Noise.Least)}}), {{SourceText.Number(program.Noise.Largest)}}), scale = known / sigma, back = 1.0 / scale;
            {{string.Join('\n', program.Slots.Select((s, i) => $"    double *v{i} = work;\n    work += {s.Channels} * {Extents(s.Depth)};"))}}
            {{Weights(program, name)}}    for (size_t i = 0; i < n0; i++)
                {
                    v{{program.SlotOf(0)}}[i] = scale * noisy[i];
                }
            {{string.Join('\n', program.Nodes.Select((n, i) => $"    {Call(program, n, i + 1, name)}"))}}
                for (size_t i = 0; i < n0; i++)
                {
                    clean[i] = back * v{{program.SlotOf(program.Nodes.Count)}}[i];
                }
                return 0;
            }

            """;
    }

    private static string Leveled(FieldProgram program, string name)
    {
        int levels = program.Levels.Length, count = program.Leveled[0].Length;
        string nodes = levels == 1 ? string.Empty : $"static const double {name}_levels[{levels}] = {{ {string.Join(", ", program.Levels.Select(SourceText.Number))} }};\n";
        return $$"""
            /* The numbers that depend on the noise level, for every level: fluxes with the logarithms of their contrasts, step sizes, weights of terms. */
            {{nodes}}static const double {{name}}_leveled[{{levels}}][{{count}}] = {
                {{string.Join(",\n    ", program.Leveled.Select(l => $"{{\n        {SourceText.Numbers(l, "        ")}\n    }}"))}}
            };{{(levels == 1 ? string.Empty : Interpolation(levels, count, name))}}
            """;
    }

    private static string Interpolation(int levels, int count, string name) => $$"""


        /* The numbers at a noise level: between two levels linear in its logarithm, outside those of the nearest. */
        static void {{name}}_interpolate(double sigma, double *w)
        {
            size_t i = 0;
            while (i + 2 < {{levels}} && sigma > {{name}}_levels[i + 1])
            {
                i++;
            }
            const size_t next = i + 1 < {{levels}} ? i + 1 : i;
            const double part = next == i ? 0.0 : fmin(fmax(log(sigma / {{name}}_levels[i]) / log({{name}}_levels[next] / {{name}}_levels[i]), 0.0), 1.0);
            for (size_t k = 0; k < {{count}}; k++)
            {
                w[k] = {{name}}_leveled[i][k] + part * ({{name}}_leveled[next][k] - {{name}}_leveled[i][k]);
            }
        }
        """;

    private static string Step(FieldProgram program, FluxForm flux, string name)
    {
        BankShape shape = program.StepShape;
        int up = shape.KernelRows / 2, left = shape.KernelColumns / 2;
        return $$"""

            {{CFluxSource.Write(flux, name)}}
            /* v = u - tau K^T Phi(K u): explicit diffusion. K are {{shape.Filters}} filters of {{shape.KernelRows}} x {{shape.KernelColumns}} points; v may be u. */
            static void {{name}}_step(const double *u, size_t rows, size_t columns, const double *kernels, const double *numbers, double tau, double *v, double *work)
            {
                const size_t stride = columns + {{2 * left}}, plane = (rows + {{2 * up}}) * stride;
                double *padded = work, *sum = padded + {{shape.Channels}} * plane, *row = sum + {{shape.Channels}} * plane, *tables = row + columns;
                {{name}}_tables(numbers, tables);
                {{name}}_pad(u, {{shape.Channels}}, rows, columns, {{up}}, {{left}}, padded);
                for (size_t i = 0; i < {{shape.Channels}} * plane; i++)
                {
                    sum[i] = 0.0;
                }
                for (size_t i = 0; i < rows; i++)
                {
                    for (size_t f = 0; f < {{shape.Filters}}; f++)
                    {
                        const double *kernel = kernels + f * {{shape.KernelCount / shape.Filters}};
                        for (size_t j = 0; j < columns; j++)
                        {
                            row[j] = 0.0;
                        }
                        {{name}}_correlate(padded + i * stride, {{shape.Channels}}, plane, stride, {{shape.KernelRows}}, {{shape.KernelColumns}}, kernel, columns, row);
                        {{name}}_flux(tables + f * {{flux.TableLength}}, columns, row);
                        for (size_t s = 0; s < {{shape.Channels}}; s++)
                        {
                            for (size_t a = 0; a < {{shape.KernelRows}}; a++)
                            {
                                for (size_t b = 0; b < {{shape.KernelColumns}}; b++)
                                {
                                    {{name}}_add_scaled(*kernel++, row, columns, sum + s * plane + (i + a) * stride + b);
                                }
                            }
                        }
                    }
                }
                for (size_t s = 0; s < {{shape.Channels}}; s++, sum += plane)
                {
            {{Fold(up, left, name)}}        for (size_t i = 0; i < rows; i++)
                    {
                        for (size_t j = 0; j < columns; j++, u++, v++)
                        {
                            *v = *u - tau * sum[({{up}} + i) * stride + {{left}} + j];
                        }
                    }
                }
            }

            """;
    }

    /// <summary>The adjoint of the mirror images, written where there are any.</summary>
    private static string Fold(int up, int left, string name)
    {
        string text = "        /* The adjoint of the mirror images: what stands outside is added to where it was copied from. */\n";
        if (left > 0)
        {
            text += SourceText.Indented("        ", $$"""
                for (size_t i = 0; i < rows + {{2 * up}}; i++)
                {
                    double *x = sum + i * stride;
                    for (size_t j = 0; j < {{left}}; j++)
                    {
                        x[{{left}} + {{name}}_mirror((ptrdiff_t)j - {{left}}, columns)] += x[j];
                        x[{{left}} + {{name}}_mirror((ptrdiff_t)(columns + j), columns)] += x[{{left}} + columns + j];
                    }
                }

                """);
        }

        if (up > 0)
        {
            text += SourceText.Indented("        ", $$"""
                for (size_t i = 0; i < {{up}}; i++)
                {
                    double *above = sum + ({{up}} + {{name}}_mirror((ptrdiff_t)i - {{up}}, rows)) * stride;
                    double *below = sum + ({{up}} + {{name}}_mirror((ptrdiff_t)(rows + i), rows)) * stride;
                    for (size_t j = 0; j < stride; j++)
                    {
                        above[j] += sum[i * stride + j];
                        below[j] += sum[({{up}} + rows + i) * stride + j];
                    }
                }

                """);
        }

        return text;
    }

    /// <summary>The numbers at the noise level as w; none where no number depends on it.</summary>
    private static string Weights(FieldProgram program, string name) =>
        program.Leveled[0].Length == 0 ? string.Empty
        : program.Levels.Length == 1 ? $"    const double *w = {name}_leveled[0];\n"
        : $"    double *w = work;\n    work += {program.Leveled[0].Length};\n    {name}_interpolate(known, w);\n";

    private static string Call(FieldProgram program, FieldNode node, int value, string name)
    {
        string V(int v) => $"v{program.SlotOf(v)}";
        string W(int weight) => $"w[{program.LeveledIndex(weight)}]";
        int input = node.Inputs[0], depth = program.DepthOf(value);
        string extents = $"{Rows(depth)}, {Columns(depth)}", count = $"{node.Channels} * {Extents(depth)}";
        return node switch
        {
            SymmetricStepNode s => $"{name}_step({V(input)}, {extents}, {name}_fixed + {s.Kernels}, w + {program.LeveledIndex(s.FluxNumbers)}, {W(s.Step)}, {V(value)}, work);",
            ConvolutionNode c => $"{name}_convolve({V(input)}, {c.Shape.Channels}, {extents}, {c.Shape.KernelRows}, {c.Shape.KernelColumns}, {name}_fixed + {c.Kernels}, "
                + $"{name}_fixed + {c.Biases}, {c.Shape.Filters}, {(c.End == Rectification.Relu ? 1 : 0)}, {V(value)}, work);",
            BlendNode b => $"{name}_blend({V(input)}, {V(node.Inputs[1])}, {W(b.Weight)}, {count}, {V(value)});",
            SumNode s => $"{name}_add({V(input)}, {V(node.Inputs[1])}, {SourceText.Number(s.Scale)}, {count}, {V(value)});",
            LiftNode => $"{name}_copy({V(input)}, {program.ChannelsOf(input)} * {Extents(depth)}, {node.Channels - program.ChannelsOf(input)} * {Extents(depth)}, {V(value)});",
            ProjectNode => $"{name}_copy({V(input)}, {count}, 0, {V(value)});",
            ConcatenateNode => $"{name}_copy({V(input)}, {program.ChannelsOf(input)} * {Extents(depth)}, 0, {V(value)});\n"
                + $"    {name}_copy({V(node.Inputs[1])}, {program.ChannelsOf(node.Inputs[1])} * {Extents(depth)}, 0, {V(value)} + {program.ChannelsOf(input)} * {Extents(depth)});",
            DownsampleNode => $"{name}_halve({V(input)}, {node.Channels}, {Rows(depth - 1)}, {Columns(depth - 1)}, {V(value)});",
            UpsampleNode => $"{name}_repeat({V(input)}, {node.Channels}, {extents}, {V(value)});",
            _ => throw new ArgumentException($"the operation {node.GetType().Name} cannot be exported", nameof(node)),
        };
    }

    private static string Rows(int depth) => depth == 0 ? "rows" : $"((rows + {(1 << depth) - 1}) >> {depth})";

    private static string Columns(int depth) => depth == 0 ? "columns" : $"((columns + {(1 << depth) - 1}) >> {depth})";

    private static string Extents(int depth) => $"{Rows(depth)} * {Columns(depth)}";
}
