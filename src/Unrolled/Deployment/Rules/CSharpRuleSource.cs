using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Sources;

namespace Unrolled.Deployment.Rules;

/// <summary>C#: one file, one static class.</summary>
internal sealed class CSharpRuleSource : RuleSource
{
    private protected override string Write(RuleProgram program, string description, string name)
    {
        int[][] terms = [.. program.Units.SelectMany(program.Terms)], outputs = [.. program.Units.SelectMany(program.Outputs)];
        return $$"""
            {{string.Join('\n', program.Heading(description).Select(l => $"// {l}"))}}
            //
            {{string.Join('\n', program.RuleText.Select(l => $"//     {l}"))}}
            // Nothing is allocated; needs no reflection.
            using System;

            public static class {{SourceText.TypeName(name)}}
            {
                public const int Channels = {{program.Channels}}, Units = {{program.Filter.Units.Length}};

                // The hidden layer: for every unit its bias and the end of its weights (channel, row offset, column offset, weight).
                private static ReadOnlySpan<int> Bias => [{{SourceText.Numbers(program.Units.Select(u => u.Bias), "        ")}}];

                private static ReadOnlySpan<int> TermEnd => [{{SourceText.Numbers(Ends(program.Units.Select(u => u.Terms.Count)), "        ")}}];

                private static ReadOnlySpan<int> Term =>
                [
                    {{Rows(terms, string.Empty, string.Empty, "        ")}},
                ];

                // The output layer: the bias of every channel, and for every unit the end of its weights (channel, weight).
                private static ReadOnlySpan<int> OutputBias => [{{SourceText.Numbers(program.Filter.OutputBiases.ToArray(), "        ")}}];

                private static ReadOnlySpan<int> OutputEnd => [{{SourceText.Numbers(Ends(program.Units.Select(u => u.Outputs.Count)), "        ")}}];

                private static ReadOnlySpan<int> Output =>
                [
                    {{Rows(outputs, string.Empty, string.Empty, "        ")}},
                ];

                /// <summary>How many steps a run takes for m examples of d bits.</summary>
                public static int Steps(int m, int d) => checked(({{program.StepsPerExample}} * m) + ({{program.StepsPerBit}} * d) + {{program.MoreSteps}});

                /// <summary>How many integers of work <see cref="Learn"/> needs.</summary>
                public static int WorkLength(int m, int d) => checked((2 * Channels * (m + 3) * (d + 3)) + d + 1);

                /// <summary>Learns from m examples of d bits, row after row, one label each, and returns the label of a query of d bits.</summary>
                /// <exception cref="ArgumentException">A length does not fit, or the work is too short.</exception>
                public static bool Learn(ReadOnlySpan<bool> examples, ReadOnlySpan<bool> labels, ReadOnlySpan<bool> query, Span<int> work)
                {
                    int m = labels.Length, d = query.Length;
                    if (examples.Length != checked(m * d) || work.Length < WorkLength(m, d))
                    {
                        throw new ArgumentException($"{examples.Length} bits of examples and work of {work.Length}; expected {m} x {d} and {WorkLength(m, d)}");
                    }

                    int stride = d + 3, plane = (m + 3) * stride, length = Channels * plane;
                    work.Slice(0, 2 * length).Clear();
                    Span<int> cells = work.Slice(0, length), next = work.Slice(length, length), row = work.Slice(2 * length, d + 1);
                    for (int i = 0; i <= m; i++)
                    {
                        for (int j = 0; j <= d; j++)
                        {
                            bool bit = i < m ? (j < d ? examples[(i * d) + j] : labels[i]) : j < d && query[j];
                            int at = ((i + 1) * stride) + j + 1;
                            cells[({{program.Learner.RowBit}} * plane) + at] = bit ? 1 : 0;
                            cells[({{program.Filter.Bits}} * plane) + at] = 1;
                        }
                    }

                    cells[({{program.Learner.SendBit}} * plane) + stride + 1] = 1;
                    for (int n = Steps(m, d); n > 0; n--)
                    {
                        Step(cells, next, m + 1, d + 1, row);
                        Span<int> other = cells;
                        cells = next;
                        next = other;
                    }

                    return cells[({{program.Learner.RowBit}} * plane) + ((m + 1) * stride) + d + 1] == 1;
                }

                /// <summary>One step of the recurrent convolution.</summary>
                /// <remarks>
                /// Channels are planes of (rows + 2) x (columns + 2) numbers with a border of zeros, which next must have too; row has room for columns numbers.
                /// </remarks>
                public static void Step(ReadOnlySpan<int> cells, Span<int> next, int rows, int columns, Span<int> row)
                {
                    int stride = columns + 2, plane = (rows + 2) * stride;
                    row = row.Slice(0, columns);
                    for (int i = 1; i <= rows; i++)
                    {
                        int at = (i * stride) + 1;
                        for (int c = 0; c < Channels; c++)
                        {
                            next.Slice((c * plane) + at, columns).Fill(OutputBias[c]);
                        }

                        for (int u = 0, t = 0, o = 0; u < Units; u++)
                        {
                            row.Fill(Bias[u]);
                            for (; t < TermEnd[u]; t++)
                            {
                                int weight = Term[(4 * t) + 3];
                                ReadOnlySpan<int> x = cells.Slice((Term[4 * t] * plane) + at + (Term[(4 * t) + 1] * stride) + Term[(4 * t) + 2], columns);
                                for (int j = 0; j < row.Length; j++)
                                {
                                    row[j] += weight * x[j];
                                }
                            }

                            for (int j = 0; j < row.Length; j++)
                            {
                                row[j] = Math.Max(row[j], 0);
                            }

                            for (; o < OutputEnd[u]; o++)
                            {
                                int weight = Output[(2 * o) + 1];
                                Span<int> y = next.Slice((Output[2 * o] * plane) + at, columns);
                                for (int j = 0; j < row.Length; j++)
                                {
                                    y[j] += weight * row[j];
                                }
                            }
                        }
                    }
                }
            }

            """;
    }
}
