using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Onnx;
using Unrolled.Deployment.Sources;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Deployment.Rules;

/// <summary>Writes a learning rule as an ONNX model: a loop of convolutions that learns from examples of any number and size and answers queries.</summary>
/// <remarks>
/// Inputs: <c>examples</c> (m, d), <c>labels</c> (m) and <c>queries</c> (t, d), bits as 0 or 1 in single precision. Output: <c>predictions</c> (t), the labels
/// of the queries, and <c>cells</c> (t, channels, m + 1, d + 1) after the last step. Every query has a grid of its own. All values are small integers, which
/// single precision holds exactly.
/// </remarks>
public static class OnnxRuleModel
{
    private const int Largest = int.MaxValue;

    /// <summary>The bytes of the file.</summary>
    /// <param name="learner">The rule and how it is run.</param>
    /// <param name="filter">Its filter.</param>
    /// <param name="description">What it is.</param>
    /// <param name="name">The name of the graph.</param>
    /// <exception cref="ArgumentException">The filter has another number of bits than the rule.</exception>
    public static byte[] Write(RowLearner learner, ReluFilter filter, string description, string name)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(description);
        RuleSource.Require(learner, filter);
        var program = new RuleProgram(learner, filter);
        string text = string.Join('\n', [.. program.Heading(description), .. program.RuleText]);
        return OnnxModel.Write(Graph(program, SourceText.Identifier(name)), text);
    }

    private static OnnxGraph Graph(RuleProgram program, string name)
    {
        var graph = new OnnxGraph(name);
        graph.Input("examples", OnnxElement.Single, "m", "d");
        graph.Input("labels", OnnxElement.Single, "m");
        graph.Input("queries", OnnxElement.Single, "t", "d");
        string Call(string operation, params string[] operands) => graph.Node(operation, operands);
        string Concatenate(int axis, params string[] parts) => graph.Node("Concat", parts, OnnxAttribute.Of("axis", axis));
        string Extent(string value, int axis) => graph.Node("Shape", [value], OnnxAttribute.Of("start", axis), OnnxAttribute.Of("end", axis + 1));

        // The rows: the same examples above every query, labels in the last column, 0 for that of the query.
        string m = Extent("examples", 0), d = Extent("examples", 1), t = Extent("queries", 0), zero = graph.Constant(0);
        string labeled = Concatenate(1, "examples", Call("Reshape", "labels", graph.Integers(-1, 1)));
        string asked = Concatenate(1, "queries", Call("Expand", zero, Concatenate(0, t, graph.Integers(1))));
        string above = Call("Expand", Call("Unsqueeze", labeled, graph.Integers(0)), Concatenate(0, t, Extent(labeled, 0), Extent(labeled, 1)));
        string rows = Call("Unsqueeze", Concatenate(1, above, Call("Unsqueeze", asked, graph.Integers(1))), graph.Integers(1));

        // The channels: rows, the start in the first cell, in, and zeros.
        string nothing = Call("Mul", rows, zero), inside = Call("Add", nothing, graph.Constant(1));
        string first = Call("Mul", IsFirst(2), IsFirst(3)), start = Call("Add", nothing, first);
        string[] channels = [.. Enumerable.Repeat(nothing, program.Channels)];
        (channels[program.Learner.RowBit], channels[program.Learner.SendBit], channels[program.Filter.Bits]) = (rows, start, inside);
        string cells = Concatenate(1, channels);

        string count = Call("Add", Call("Add", Call("Mul", m, graph.Integers(program.StepsPerExample)), Call("Mul", d, graph.Integers(program.StepsPerBit))), graph.Integers(program.MoreSteps));
        graph.Node("Loop", [Call("Squeeze", count), graph.Boolean(true), cells], ["cells"], OnnxAttribute.Of("body", Body(program, graph)));
        string last = Call("Slice", "cells", Concatenate(0, graph.Integers(program.Learner.RowBit), m, d),
            Concatenate(0, graph.Integers(program.Learner.RowBit + 1), graph.Integers(Largest, Largest)), graph.Integers(1, 2, 3));
        graph.Node("Reshape", [last, graph.Integers(-1)], ["predictions"]);
        graph.Output("predictions", OnnxElement.Single, "t");
        graph.Output("cells", OnnxElement.Single, "t", program.Channels, "rows", "columns");
        return graph;

        // 1 in the first place of an axis of the rows, 0 in the others
        string IsFirst(int axis)
        {
            string places = Call("Range", graph.Integer(0), Call("Squeeze", Extent(rows, axis)), graph.Integer(1));
            string number = graph.Node("Cast", [places], OnnxAttribute.Of("to", (long)OnnxElement.Single));
            return Call("Reshape", Call("Max", Call("Sub", graph.Constant(1), number), zero), axis == 2 ? graph.Integers(1, 1, -1, 1) : graph.Integers(1, 1, 1, -1));
        }
    }

    /// <summary>One step.</summary>
    private static OnnxGraph Body(RuleProgram program, OnnxGraph outer)
    {
        ReluFilter filter = program.Filter;
        int units = filter.Units.Length, channels = filter.Channels;
        double[] kernels = new double[units * channels * 9], outputs = new double[channels * units];
        for (int u = 0; u < units; u++)
        {
            foreach (int[] term in program.Terms(filter.Units[u]))
            {
                kernels[(((u * channels) + term[0]) * 9) + (3 * (term[1] + 1)) + term[2] + 1] = term[3];
            }

            foreach (int[] output in program.Outputs(filter.Units[u]))
            {
                outputs[(output[0] * units) + u] = output[1];
            }
        }

        var body = new OnnxGraph("step", outer);
        body.Input("step_number", OnnxElement.Integer);
        body.Input("step_go_on", OnnxElement.Boolean);
        body.Input("step_cells", OnnxElement.Single, "t", channels, "rows", "columns");
        string convolved = body.Node("Conv",
            ["step_cells", body.Constant(kernels, units, channels, 3, 3), body.Constant([.. filter.Units.ToArray().Select(u => (double)u.Bias)], units)], OnnxAttribute.Of("pads", 1, 1, 1, 1));
        string next = body.Node("Conv",
            [body.Node("Relu", [convolved]), body.Constant(outputs, channels, units, 1, 1), body.Constant([.. filter.OutputBiases.ToArray().Select(b => (double)b)], channels)]);
        string on = body.Node("Identity", ["step_go_on"]);
        body.Output(on, OnnxElement.Boolean);
        body.Output(next, OnnxElement.Single, "t", channels, "rows", "columns");
        return body;
    }
}
