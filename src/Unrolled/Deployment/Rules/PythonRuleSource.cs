using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Sources;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Deployment.Rules;

/// <summary>Python 3 with NumPy.</summary>
internal sealed class PythonRuleSource : RuleSource
{
    private const string Quotes = "\"\"\"";

    private protected override string Write(RuleProgram program, string description, string name) => $$"""
        {{Quotes}}{{SourceText.PythonText(program.Heading(description))}}

        {{SourceText.PythonText(program.RuleText.Select(l => "    " + l))}}
        {{Quotes}}
        import numpy as np

        # The hidden units: bias, weights of the 3 x 3 convolution (channel, row offset, column offset, weight), weights of the output (channel, weight).
        UNITS = [
            {{string.Join(",\n    ", program.Units.Select(u => Unit(program, u)))}},
        ]

        # The biases of the channels.
        OUTPUT_BIAS = [{{string.Join(", ", program.Filter.OutputBiases.ToArray())}}]


        def step(cells):
            {{Quotes}}One step of the recurrent convolution for integers (..., channel, row, column).{{Quotes}}
            rows, columns = cells.shape[-2:]
            around = np.zeros(cells.shape[:-2] + (rows + 2, columns + 2), cells.dtype)
            around[..., 1:-1, 1:-1] = cells
            result = np.empty_like(cells)
            for channel, bias in enumerate(OUTPUT_BIAS):
                result[..., channel, :, :] = bias
            for bias, terms, outputs in UNITS:
                hidden = np.full(cells.shape[:-3] + (rows, columns), bias, cells.dtype)
                for channel, row, column, weight in terms:
                    hidden += weight * around[..., channel, 1 + row:1 + row + rows, 1 + column:1 + column + columns]
                np.maximum(hidden, 0, out=hidden)
                for channel, weight in outputs:
                    result[..., channel, :, :] += weight * hidden
            return result


        def {{name}}_learn(examples, labels, query):
            {{Quotes}}Learns from examples (m, d) and labels (m,), and returns the label of a query (d,) or the labels of queries (t, d); bits are 0 or 1.{{Quotes}}
            examples, labels, query = (np.asarray(a).astype(bool) for a in (examples, labels, query))
            if examples.ndim != 2 or labels.shape != examples.shape[:1] or query.ndim not in (1, 2) or query.shape[-1:] != examples.shape[1:]:
                raise ValueError(f"examples {examples.shape}, labels {labels.shape} and query {query.shape} do not fit together")
            m, d = examples.shape
            queries = np.atleast_2d(query)
            cells = np.zeros((len(queries), {{program.Channels}}, m + 1, d + 1), np.int32)
            cells[:, {{program.Learner.RowBit}}, :m, :d] = examples
            cells[:, {{program.Learner.RowBit}}, :m, d] = labels
            cells[:, {{program.Learner.RowBit}}, m, :d] = queries
            cells[:, {{program.Learner.SendBit}}, 0, 0] = 1
            cells[:, {{program.Filter.Bits}}] = 1
            for _ in range({{program.StepsFormula}}):
                cells = step(cells)
            predictions = cells[:, {{program.Learner.RowBit}}, m, d]
            return predictions if query.ndim == 2 else int(predictions[0])

        """;

    private static string Unit(RuleProgram program, ReluUnit unit) =>
        $"({unit.Bias}, [{string.Join(", ", program.Terms(unit).Select(Tuple))}], [{string.Join(", ", program.Outputs(unit).Select(Tuple))}])";

    private static string Tuple(int[] numbers) => $"({string.Join(", ", numbers)})";
}
