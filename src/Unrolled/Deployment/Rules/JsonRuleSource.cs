using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Deployment.Rules;

/// <summary>A rule in words, its filter, and how a run begins and ends, as JSON.</summary>
internal sealed class JsonRuleSource : RuleSource
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected override string Write(RuleProgram program, string description, string name)
    {
        string[] channels = [.. program.Learner.Rule.Bits, "in"];
        var json = new JsonObject
        {
            ["format"] = "unrolled-cell-rule",
            ["name"] = name,
            ["description"] = description,
            ["rule"] = new JsonArray([.. program.RuleText.Select(l => (JsonNode)l)]),
            ["meaning"] = new JsonObject
            {
                ["rule"] = "x' is the next value of bit x from the present bits of the cell and its neighbors, 0 outside the grid; in is 1 in every cell: ~ not, & and, ^ exclusive or, | or, table(a, b, ...)[rows] a truth table, the first input fastest",
                ["step"] = "every channel c of every cell becomes outputBias[c] + sum over units of outputs[c] max(bias + sum of weight times channel at (row, column) offset, 0)",
                ["start"] = "cells are (m + 1) x (d + 1); the row channel holds the examples, their labels in the last column, and the query in the last row with label 0; the start channel is 1 in the first cell; in is 1 in all; all else is 0",
                ["steps"] = "perExample m + perBit d + more",
                ["answer"] = "the row channel of the last cell",
            },
            ["channels"] = new JsonArray([.. channels.Select(c => (JsonNode)c)]),
            ["rowChannel"] = channels[program.Learner.RowBit],
            ["startChannel"] = channels[program.Learner.SendBit],
            ["steps"] = new JsonObject { ["perExample"] = program.StepsPerExample, ["perBit"] = program.StepsPerBit, ["more"] = program.MoreSteps },
            ["units"] = new JsonArray([.. program.Units.Select(u => (JsonNode)Unit(program, u, channels))]),
            ["outputBias"] = new JsonObject([.. channels.Select((c, i) => new KeyValuePair<string, JsonNode?>(c, program.Filter.OutputBiases[i]))]),
        };
        return json.ToJsonString(Format) + "\n";
    }

    private static JsonObject Unit(RuleProgram program, ReluUnit unit, string[] channels) => new()
    {
        ["bias"] = unit.Bias,
        ["terms"] = new JsonArray([.. program.Terms(unit).Select(t => new JsonObject { ["channel"] = channels[t[0]], ["row"] = t[1], ["column"] = t[2], ["weight"] = t[3] })]),
        ["outputs"] = new JsonObject([.. program.Outputs(unit).Select(o => new KeyValuePair<string, JsonNode?>(channels[o[0]], o[1]))]),
    };
}
