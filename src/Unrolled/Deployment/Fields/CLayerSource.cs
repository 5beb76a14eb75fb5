using Unrolled.Diffusion.Networks;

namespace Unrolled.Deployment.Fields;

/// <summary>The operations of a network other than symmetric steps in C99, each where the network has it.</summary>
internal static class CLayerSource
{
    public static string Write(FieldProgram program, string name)
    {
        var text = new System.Text.StringBuilder();
        if (program.Nodes.Any(n => n is ConvolutionNode))
        {
            text.Append($$"""

                /* v = K u + bias, rectified or not; v may be u. */
                static void {{name}}_convolve(const double *u, size_t channels, size_t rows, size_t columns, size_t height, size_t width,
                    const double *kernels, const double *biases, size_t filters, int rectified, double *v, double *work)
                {
                    const size_t stride = columns + width - 1, plane = (rows + height - 1) * stride;
                    {{name}}_pad(u, channels, rows, columns, height / 2, width / 2, work);
                    for (size_t f = 0; f < filters; f++)
                    {
                        for (size_t i = 0; i < rows; i++, v += columns)
                        {
                            for (size_t j = 0; j < columns; j++)
                            {
                                v[j] = 0.0;
                            }
                            {{name}}_correlate(work + i * stride, channels, plane, stride, height, width, kernels + f * channels * height * width, columns, v);
                            for (size_t j = 0; j < columns; j++)
                            {
                                v[j] += biases[f];
                                v[j] = rectified && v[j] < 0.0 ? 0.0 : v[j];
                            }
                        }
                    }
                }

                """);
        }

        if (program.Nodes.Any(n => n is BlendNode))
        {
            text.Append($$"""

                /* v = x + w (y - x). */
                static void {{name}}_blend(const double *x, const double *y, double w, size_t count, double *v)
                {
                    for (size_t i = 0; i < count; i++)
                    {
                        v[i] = x[i] + w * (y[i] - x[i]);
                    }
                }

                """);
        }

        if (program.Nodes.Any(n => n is SumNode))
        {
            text.Append($$"""

                /* v = x + w y. */
                static void {{name}}_add(const double *x, const double *y, double w, size_t count, double *v)
                {
                    for (size_t i = 0; i < count; i++)
                    {
                        v[i] = x[i] + w * y[i];
                    }
                }

                """);
        }

        if (program.Nodes.Any(n => n is LiftNode or ProjectNode or ConcatenateNode))
        {
            text.Append($$"""

                /* The first count numbers of v are x, as many as the rest are zero; v may be x. */
                static void {{name}}_copy(const double *x, size_t count, size_t rest, double *v)
                {
                    for (size_t i = 0; i < count; i++)
                    {
                        v[i] = x[i];
                    }
                    for (size_t i = count; i < count + rest; i++)
                    {
                        v[i] = 0.0;
                    }
                }

                """);
        }

        return text.Append(program.Nodes.Any(n => n is DownsampleNode) ? Resampling(name) : string.Empty).ToString();
    }

    private static string Resampling(string name) => $$"""

        /* The means of pairs along both axes; an odd axis ends with a pair of one. */
        static void {{name}}_halve(const double *u, size_t channels, size_t rows, size_t columns, double *v)
        {
            for (size_t s = 0; s < channels; s++, u += rows * columns)
            {
                for (size_t i = 0; i < rows; i += 2)
                {
                    for (size_t j = 0; j < columns; j += 2)
                    {
                        const double *x = u + i * columns + j;
                        const int below = i + 1 < rows, right = j + 1 < columns;
                        double sum = x[0];
                        sum += right ? x[1] : 0.0;
                        sum += below ? x[columns] : 0.0;
                        sum += below && right ? x[columns + 1] : 0.0;
                        *v++ = sum / (double)((1 + below) * (1 + right));
                    }
                }
            }
        }

        /* Every value repeated along both axes, to planes of the extents given. */
        static void {{name}}_repeat(const double *u, size_t channels, size_t rows, size_t columns, double *v)
        {
            const size_t height = (rows + 1) / 2, width = (columns + 1) / 2;
            for (size_t s = 0; s < channels; s++, u += height * width)
            {
                for (size_t i = 0; i < rows; i++)
                {
                    for (size_t j = 0; j < columns; j++)
                    {
                        *v++ = u[(i / 2) * width + j / 2];
                    }
                }
            }
        }

        """;
}
