using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Sources;

namespace Unrolled.Deployment.Rules;

/// <summary>C99.</summary>
internal sealed class CRuleSource : RuleSource
{
    private protected override string Write(RuleProgram program, string description, string name)
    {
        int[][] terms = [.. program.Units.SelectMany(program.Terms)], outputs = [.. program.Units.SelectMany(program.Outputs)];
        return $$"""
            /*
            {{SourceText.CComment(program.Heading(description))}}
             *
            {{SourceText.CComment(program.RuleText.Select(l => "    " + l))}}
             *
             * C99, allocates nothing.
             */
            #include <stddef.h>

            enum { {{name}}_channels = {{program.Channels}}, {{name}}_units = {{program.Filter.Units.Length}} };

            /* The hidden layer: for every unit its bias and the end of its weights (channel, row offset, column offset, weight). */
            static const int {{name}}_bias[{{program.Filter.Units.Length}}] = { {{SourceText.Numbers(program.Units.Select(u => u.Bias), "    ")}} };
            static const int {{name}}_term_end[{{program.Filter.Units.Length}}] = { {{SourceText.Numbers(Ends(program.Units.Select(u => u.Terms.Count)), "    ")}} };
            static const int {{name}}_term[{{terms.Length}}][4] = {
                {{Rows(terms, "{ ", " }", "    ")}}
            };

            /* The output layer: the bias of every channel, and for every unit the end of its weights (channel, weight). */
            static const int {{name}}_output_bias[{{program.Channels}}] = { {{SourceText.Numbers(program.Filter.OutputBiases.ToArray(), "    ")}} };
            static const int {{name}}_output_end[{{program.Filter.Units.Length}}] = { {{SourceText.Numbers(Ends(program.Units.Select(u => u.Outputs.Count)), "    ")}} };
            static const int {{name}}_output[{{outputs.Length}}][2] = {
                {{Rows(outputs, "{ ", " }", "    ")}}
            };

            /*
             * One step of the recurrent convolution. Channels are planes of (rows + 2) x (columns + 2) numbers with a border of zeros, which
             * next must have too; row has room for columns numbers.
             */
            void {{name}}_step(const int *cells, int *next, size_t rows, size_t columns, int *row)
            {
                const size_t stride = columns + 2, plane = (rows + 2) * stride;
                for (size_t i = 1; i <= rows; i++)
                {
                    const size_t at = i * stride + 1;
                    for (size_t c = 0; c < {{program.Channels}}; c++)
                    {
                        for (size_t j = 0; j < columns; j++)
                        {
                            next[c * plane + at + j] = {{name}}_output_bias[c];
                        }
                    }
                    for (int u = 0, t = 0, o = 0; u < {{name}}_units; u++)
                    {
                        for (size_t j = 0; j < columns; j++)
                        {
                            row[j] = {{name}}_bias[u];
                        }
                        for (; t < {{name}}_term_end[u]; t++)
                        {
                            const int *term = {{name}}_term[t];
                            const int *x = cells + (ptrdiff_t)((size_t)term[0] * plane + at) + term[1] * (ptrdiff_t)stride + term[2];
                            for (size_t j = 0; j < columns; j++)
                            {
                                row[j] += term[3] * x[j];
                            }
                        }
                        for (size_t j = 0; j < columns; j++)
                        {
                            row[j] = row[j] > 0 ? row[j] : 0;
                        }
                        for (; o < {{name}}_output_end[u]; o++)
                        {
                            int *y = next + (size_t){{name}}_output[o][0] * plane + at;
                            for (size_t j = 0; j < columns; j++)
                            {
                                y[j] += {{name}}_output[o][1] * row[j];
                            }
                        }
                    }
                }
            }

            /* How many steps a run takes for m examples of d bits. */
            size_t {{name}}_steps(size_t m, size_t d)
            {
                return {{program.StepsFormula}};
            }

            /* How many integers of work {{name}}_learn needs. */
            size_t {{name}}_work(size_t m, size_t d)
            {
                return 2 * {{program.Channels}} * (m + 3) * (d + 3) + d + 1;
            }

            /* Learns from m examples of d bits, row after row, and their labels, and returns the label of the query; bits are 0 or 1. */
            int {{name}}_learn(const unsigned char *examples, const unsigned char *labels, size_t m, size_t d, const unsigned char *query, int *work)
            {
                const size_t stride = d + 3, plane = (m + 3) * stride, length = {{program.Channels}} * plane;
                int *cells = work, *next = work + length, *row = next + length;
                for (size_t i = 0; i < 2 * length; i++)
                {
                    work[i] = 0;
                }
                for (size_t i = 0; i <= m; i++)
                {
                    for (size_t j = 0; j <= d; j++)
                    {
                        const int bit = i < m ? (j < d ? examples[i * d + j] : labels[i]) : (j < d ? query[j] : 0);
                        cells[{{program.Learner.RowBit}} * plane + (i + 1) * stride + j + 1] = bit != 0;
                        cells[{{program.Filter.Bits}} * plane + (i + 1) * stride + j + 1] = 1;
                    }
                }
                cells[{{program.Learner.SendBit}} * plane + stride + 1] = 1;
                for (size_t n = {{name}}_steps(m, d); n > 0; n--)
                {
                    int *other = cells;
                    {{name}}_step(cells, next, m + 1, d + 1, row);
                    cells = next;
                    next = other;
                }
                return cells[{{program.Learner.RowBit}} * plane + (m + 1) * stride + d + 1];
            }

            """;
    }
}
