using Unrolled.Deployment.Sources;
using Unrolled.Diffusion.Networks;

namespace Unrolled.Deployment.Fields;

/// <summary>C#: one file, one static class.</summary>
internal sealed class CSharpDenoiserSource : DenoiserSource
{
    private protected override string Write(FieldProgram program, string description, string name)
    {
        string weights = program.Leveled[0].Length == 0 ? string.Empty
            : program.Levels.Length == 1 ? "ReadOnlySpan<double> w = Leveled;\n"
            : $"Span<double> w = Take(ref work, {program.Leveled[0].Length});\nInterpolate(known, w);\n";
        return $$"""
            {{string.Join('\n', program.Heading(description).Select(l => $"// {l}"))}}
            // Values are row after row. Nothing is allocated; needs no reflection.
            using System;
            using System.Numerics;

            public static class {{SourceText.TypeName(name)}}
            {
                // The numbers that are the same at all noise levels: {{(program.Flux is null ? "kernels (filter, channel, row, column) and biases, layer after layer" : "kernels (filter, channel, row, column), block after block")}}.
                private static ReadOnlySpan<double> Fixed =>
                [
                    {{SourceText.Numbers(program.Fixed, "        ")}},
                ];

            {{SourceText.Indented("    ", Leveled(program))}}    /// <summary>How many numbers of work <see cref="Denoise"/> needs.</summary>
                public static int WorkLength(int rows, int columns) => checked(
                    {{string.Join(" + ", program.Slots.Select(s => $"({s.Channels} * {Extents(s.Depth)})"))}}
                    + ({{program.PaddedChannels}} * (rows + {{program.LargestKernel.Rows - 1}}) * (columns + {{program.LargestKernel.Columns - 1}})) + columns
                    + {{(program.Flux is { } flux ? flux.Filters * flux.TableLength : 0) + (program.Levels.Length > 1 ? program.Leveled[0].Length : 0)}});

                /// <summary>Denoises rows * columns values with noise of standard deviation sigma; clean may be noisy.</summary>
                /// <exception cref="ArgumentException">There are no values, sigma is not positive, or a span is too short.</exception>
                public static void Denoise(ReadOnlySpan<double> noisy, int rows, int columns, double sigma, Span<double> clean, Span<double> work)
                {
                    if (rows < 1 || columns < 1 || !(sigma > 0.0))
                    {
                        throw new ArgumentException($"{rows} x {columns} values with noise {sigma}; expected positive numbers");
                    }

                    int n0 = checked(rows * columns), length = WorkLength(rows, columns);
                    if (noisy.Length < n0 || clean.Length < n0 || work.Length < length)
                    {
                        throw new ArgumentException($"spans of {noisy.Length}, {clean.Length} and {work.Length} numbers; expected {n0}, {n0} and {length}");
                    }

                    double known = Math.Min(Math.Max(sigma, {{SourceText.Number(program.Noise.Least)}}), {{SourceText.Number(program.Noise.Largest)}}), scale = known / sigma, back = 1.0 / scale;
                    {{string.Join("\n        ", program.Slots.Select((s, i) => $"Span<double> v{i} = Take(ref work, {s.Channels} * {Extents(s.Depth)});"))}}
            {{SourceText.Indented("        ", weights)}}        for (int i = 0; i < n0; i++)
                    {
                        v{{program.SlotOf(0)}}[i] = scale * noisy[i];
                    }

                    {{string.Join("\n        ", program.Nodes.Select((n, i) => Call(program, n, i + 1)))}}
                    for (int i = 0; i < n0; i++)
                    {
                        clean[i] = back * v{{program.SlotOf(program.Nodes.Count)}}[i];
                    }
                }

                private static Span<double> Take(ref Span<double> work, int length)
                {
                    Span<double> taken = work.Slice(0, length);
                    work = work.Slice(length);
                    return taken;
                }

                /// <summary>The place that stands at place i of an axis of n: the mirror image, edge included.</summary>
                private static int Mirror(int i, int n)
                {
                    int period = 2 * n, m = ((i % period) + period) % period;
                    return m < n ? m : period - 1 - m;
                }

                /// <summary>Surrounds planes by their mirror images, up rows above and below and left columns at both sides.</summary>
                private static void Pad(ReadOnlySpan<double> u, int channels, int rows, int columns, int up, int left, Span<double> padded)
                {
                    for (int s = 0; s < channels; s++)
                    {
                        for (int i = 0; i < rows + (2 * up); i++)
                        {
                            ReadOnlySpan<double> from = u.Slice(((s * rows) + Mirror(i - up, rows)) * columns, columns);
                            for (int j = 0; j < left; j++)
                            {
                                padded[j] = from[Mirror(j - left, columns)];
                                padded[left + columns + j] = from[Mirror(columns + j, columns)];
                            }

                            from.CopyTo(padded.Slice(left));
                            padded = padded.Slice(columns + (2 * left));
                        }
                    }
                }

                /// <summary>y = y + k x, over the numbers of y.</summary>
                private static void AddScaled(double k, ReadOnlySpan<double> x, Span<double> y)
                {
                    int j = 0;
                    var factor = new Vector<double>(k);
                    for (; j <= y.Length - Vector<double>.Count; j += Vector<double>.Count)
                    {
                        (new Vector<double>(y.Slice(j)) + (factor * new Vector<double>(x.Slice(j)))).CopyTo(y.Slice(j));
                    }

                    for (; j < y.Length; j++)
                    {
                        y[j] += k * x[j];
                    }
                }

                /// <summary>What one filter answers along one row; padded begins with the first row of padded planes that it sees.</summary>
                private static void Correlate(
                    ReadOnlySpan<double> padded, int channels, int plane, int stride, int height, int width, ReadOnlySpan<double> kernel, Span<double> row)
                {
                    row.Clear();
                    for (int s = 0, n = 0; s < channels; s++)
                    {
                        for (int a = 0; a < height; a++)
                        {
                            for (int b = 0; b < width; b++, n++)
                            {
                                AddScaled(kernel[n], padded.Slice((s * plane) + (a * stride) + b, row.Length), row);
                            }
                        }
                    }
                }
            {{SourceText.Indented("    ", program.Flux is null ? string.Empty : Step(program, program.Flux))}}{{SourceText.Indented("    ", OtherOperations(program))}}}

            """;
    }

    private static string Leveled(FieldProgram program)
    {
        int levels = program.Levels.Length, count = program.Leveled[0].Length;
        return count == 0 ? string.Empty : $$"""
            // The numbers that depend on the noise level, for every level: fluxes with the logarithms of their contrasts, step sizes, weights of terms.
            private static ReadOnlySpan<double> Leveled =>
            [
                {{SourceText.Numbers(program.Leveled.SelectMany(l => l), "    ")}},
            ];


            """ + (levels == 1 ? string.Empty : $$"""
            private static ReadOnlySpan<double> Levels => [{{string.Join(", ", program.Levels.Select(SourceText.Number))}}];

            /// <summary>The numbers at a noise level: between two levels linear in its logarithm, outside those of the nearest.</summary>
            private static void Interpolate(double sigma, Span<double> w)
            {
                int i = 0;
                while (i + 2 < {{levels}} && sigma > Levels[i + 1])
                {
                    i++;
                }

                double part = Math.Min(Math.Max(Math.Log(sigma / Levels[i]) / Math.Log(Levels[i + 1] / Levels[i]), 0.0), 1.0);
                ReadOnlySpan<double> low = Leveled.Slice(i * {{count}}, {{count}}), high = Leveled.Slice((i + 1) * {{count}}, {{count}});
                for (int k = 0; k < w.Length; k++)
                {
                    w[k] = low[k] + (part * (high[k] - low[k]));
                }
            }


            """);
    }

    private static string Step(FieldProgram program, FluxForm flux)
    {
        BankShape shape = program.StepShape;
        int up = shape.KernelRows / 2, left = shape.KernelColumns / 2;
        return $$"""

            /// <summary>v = u - tau K^T Phi(K u): explicit diffusion. K are {{shape.Filters}} filters of {{shape.KernelRows}} x {{shape.KernelColumns}} points; v may be u.</summary>
            private static void Step(
                ReadOnlySpan<double> u, int rows, int columns, ReadOnlySpan<double> kernels, ReadOnlySpan<double> numbers, double tau, Span<double> v, Span<double> work)
            {
                const int Channels = {{shape.Channels}}, Filters = {{shape.Filters}}, Height = {{shape.KernelRows}}, Width = {{shape.KernelColumns}}, Up = {{up}}, Left = {{left}};
                int stride = columns + (2 * Left), plane = (rows + (2 * Up)) * stride;
                Span<double> padded = Take(ref work, Channels * plane), sum = Take(ref work, Channels * plane), row = Take(ref work, columns), tables = Take(ref work, Filters * {{flux.TableLength}});
                Tables(numbers, tables);
                Pad(u, Channels, rows, columns, Up, Left, padded);
                sum.Clear();
                for (int i = 0; i < rows; i++)
                {
                    for (int f = 0; f < Filters; f++)
                    {
                        ReadOnlySpan<double> kernel = kernels.Slice(f * Channels * Height * Width, Channels * Height * Width);
                        Correlate(padded.Slice(i * stride), Channels, plane, stride, Height, Width, kernel, row);
                        Flux(tables.Slice(f * {{flux.TableLength}}, {{flux.TableLength}}), row);
                        for (int s = 0, n = 0; s < Channels; s++)
                        {
                            for (int a = 0; a < Height; a++)
                            {
                                for (int b = 0; b < Width; b++, n++)
                                {
                                    AddScaled(kernel[n], row, sum.Slice((s * plane) + ((i + a) * stride) + b, columns));
                                }
                            }
                        }
                    }
                }

                for (int s = 0; s < Channels; s++)
                {
                    // The adjoint of the mirror images: what stands outside is added to where it was copied from.
                    Span<double> x = sum.Slice(s * plane, plane);
                    for (int i = 0; i < rows + (2 * Up); i++)
                    {
                        for (int j = 0; j < Left; j++)
                        {
                            x[(i * stride) + Left + Mirror(j - Left, columns)] += x[(i * stride) + j];
                            x[(i * stride) + Left + Mirror(columns + j, columns)] += x[(i * stride) + Left + columns + j];
                        }
                    }

                    for (int i = 0; i < Up; i++)
                    {
                        AddScaled(1.0, x.Slice(i * stride, stride), x.Slice((Up + Mirror(i - Up, rows)) * stride, stride));
                        AddScaled(1.0, x.Slice((Up + rows + i) * stride, stride), x.Slice((Up + Mirror(rows + i, rows)) * stride, stride));
                    }

                    for (int i = 0; i < rows; i++)
                    {
                        for (int j = 0; j < columns; j++)
                        {
                            int n = (((s * rows) + i) * columns) + j;
                            v[n] = u[n] - (tau * x[((Up + i) * stride) + Left + j]);
                        }
                    }
                }
            }

            {{CSharpFluxSource.Write(flux)}}
            """;
    }

    private static string OtherOperations(FieldProgram program)
    {
        var text = new System.Text.StringBuilder();
        if (program.Nodes.Any(n => n is ConvolutionNode))
        {
            text.Append("""

                /// <summary>v = K u + bias, rectified or not; v may be u.</summary>
                private static void Convolve(
                    ReadOnlySpan<double> u, int channels, int rows, int columns, int height, int width, ReadOnlySpan<double> kernels, ReadOnlySpan<double> biases,
                    int filters, bool rectified, Span<double> v, Span<double> work)
                {
                    int stride = columns + width - 1, plane = (rows + height - 1) * stride, length = channels * height * width;
                    Pad(u, channels, rows, columns, height / 2, width / 2, work);
                    for (int f = 0; f < filters; f++)
                    {
                        for (int i = 0; i < rows; i++)
                        {
                            Span<double> row = v.Slice(((f * rows) + i) * columns, columns);
                            Correlate(work.Slice(i * stride), channels, plane, stride, height, width, kernels.Slice(f * length, length), row);
                            for (int j = 0; j < columns; j++)
                            {
                                double sum = row[j] + biases[f];
                                row[j] = rectified && sum < 0.0 ? 0.0 : sum;
                            }
                        }
                    }
                }

                """);
        }

        if (program.Nodes.Any(n => n is BlendNode))
        {
            text.Append("""

                /// <summary>v = x + w (y - x).</summary>
                private static void Blend(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double w, Span<double> v)
                {
                    for (int i = 0; i < v.Length; i++)
                    {
                        v[i] = x[i] + (w * (y[i] - x[i]));
                    }
                }

                """);
        }

        if (program.Nodes.Any(n => n is SumNode))
        {
            text.Append("""

                /// <summary>v = x + w y.</summary>
                private static void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double w, Span<double> v)
                {
                    for (int i = 0; i < v.Length; i++)
                    {
                        v[i] = x[i] + (w * y[i]);
                    }
                }

                """);
        }

        return text.Append(program.Nodes.Any(n => n is DownsampleNode) ? Resampling : string.Empty).ToString();
    }

    private const string Resampling = """

        /// <summary>The means of pairs along both axes; an odd axis ends with a pair of one.</summary>
        private static void Halve(ReadOnlySpan<double> u, int channels, int rows, int columns, Span<double> v)
        {
            for (int s = 0, n = 0; s < channels; s++)
            {
                for (int i = 0; i < rows; i += 2)
                {
                    for (int j = 0; j < columns; j += 2)
                    {
                        int at = (((s * rows) + i) * columns) + j;
                        bool below = i + 1 < rows, right = j + 1 < columns;
                        double sum = u[at];
                        sum += right ? u[at + 1] : 0.0;
                        sum += below ? u[at + columns] : 0.0;
                        sum += below && right ? u[at + columns + 1] : 0.0;
                        v[n++] = sum / ((below ? 2.0 : 1.0) * (right ? 2.0 : 1.0));
                    }
                }
            }
        }

        /// <summary>Every value repeated along both axes, to planes of the extents given.</summary>
        private static void Repeat(ReadOnlySpan<double> u, int channels, int rows, int columns, Span<double> v)
        {
            int height = (rows + 1) / 2, width = (columns + 1) / 2;
            for (int s = 0, n = 0; s < channels; s++)
            {
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        v[n++] = u[(((s * height) + (i / 2)) * width) + (j / 2)];
                    }
                }
            }
        }

        """;

    private static string Call(FieldProgram program, FieldNode node, int value)
    {
        string V(int v) => $"v{program.SlotOf(v)}";
        string W(int weight) => $"w[{program.LeveledIndex(weight)}]";
        int input = node.Inputs[0], depth = program.DepthOf(value);
        string extents = $"{Rows(depth)}, {Columns(depth)}", count = $"{node.Channels} * {Extents(depth)}", before = $"{program.ChannelsOf(input)} * {Extents(depth)}";
        return node switch
        {
            SymmetricStepNode s => $"Step({V(input)}, {extents}, Fixed.Slice({s.Kernels}), w.Slice({program.LeveledIndex(s.FluxNumbers)}), {W(s.Step)}, {V(value)}, work);",
            ConvolutionNode c => $"Convolve({V(input)}, {c.Shape.Channels}, {extents}, {c.Shape.KernelRows}, {c.Shape.KernelColumns}, Fixed.Slice({c.Kernels}), "
                + $"Fixed.Slice({c.Biases}), {c.Shape.Filters}, {(c.End == Rectification.Relu ? "true" : "false")}, {V(value)}, work);",
            BlendNode b => $"Blend({V(input)}, {V(node.Inputs[1])}, {W(b.Weight)}, {V(value)}.Slice(0, {count}));",
            SumNode s => $"Add({V(input)}, {V(node.Inputs[1])}, {SourceText.Number(s.Scale)}, {V(value)}.Slice(0, {count}));",
            LiftNode => $"{V(input)}.Slice(0, {before}).CopyTo({V(value)});\n        {V(value)}.Slice({before}, ({node.Channels - program.ChannelsOf(input)}) * {Extents(depth)}).Clear();",
            ProjectNode => $"{V(input)}.Slice(0, {count}).CopyTo({V(value)});",
            ConcatenateNode => $"{V(input)}.Slice(0, {before}).CopyTo({V(value)});\n"
                + $"        {V(node.Inputs[1])}.Slice(0, {program.ChannelsOf(node.Inputs[1])} * {Extents(depth)}).CopyTo({V(value)}.Slice({before}));",
            DownsampleNode => $"Halve({V(input)}, {node.Channels}, {Rows(depth - 1)}, {Columns(depth - 1)}, {V(value)});",
            UpsampleNode => $"Repeat({V(input)}, {node.Channels}, {extents}, {V(value)});",
            _ => throw new ArgumentException($"the operation {node.GetType().Name} cannot be exported", nameof(node)),
        };
    }

    private static string Rows(int depth) => depth == 0 ? "rows" : $"((rows + {(1 << depth) - 1}) >> {depth})";

    private static string Columns(int depth) => depth == 0 ? "columns" : $"((columns + {(1 << depth) - 1}) >> {depth})";

    private static string Extents(int depth) => $"{Rows(depth)} * {Columns(depth)}";
}
