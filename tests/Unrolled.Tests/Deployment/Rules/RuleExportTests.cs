using System.Text;
using System.Text.Json.Nodes;
using Unrolled.Deployment.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;
using Unrolled.Tests.Deployment.Onnx;
using Unrolled.Tests.Differentiation;

namespace Unrolled.Tests.Deployment.Rules;

/// <summary>Exported rules are compiled and run on examples of several sizes, right and wrong ones, and must answer as the library does.</summary>
public class RuleExportTests
{
    private const int Queries = 3;

    private delegate bool LearnBits(ReadOnlySpan<bool> examples, ReadOnlySpan<bool> labels, ReadOnlySpan<bool> query, Span<int> work);

    private delegate int WorkLength(int m, int d);

    /// <summary>The sieve with its filter of 13 units, the same compiled (as a discovered rule is), and every learner with one bit per column.</summary>
    private static IReadOnlyList<(string Name, RowLearner Learner)> Learners { get; } =
    [
        ("sieve", RowLearner.Sieve),
        ("compiled_sieve", RowLearner.Of(Sieve.Rule)),
        .. KnownLearners.All.ToArray().OfType<ColumnProgram>().Select(p => (p.Name.Replace('-', '_'), RowLearner.Of(p))),
    ];

    /// <summary>Numbers of examples and bits with seeded bits; labels are a parity, or random.</summary>
    private static IReadOnlyList<(LabeledExamples Examples, BitRows Queries)> Problems { get; } =
        [.. new[] { (1, 1, true), (3, 2, true), (9, 5, true), (9, 5, false), (12, 7, true), (2, 7, false) }.Select((size, n) => Problem(size.Item1, size.Item2, size.Item3, (ulong)n))];

    [FactIfAvailable("gcc")]
    public void TheProgramOfThePageRuns() =>
        ExternalProgram.RunPage("recurrent-convolution.md", "learner.c", RuleSource.C.Write(RowLearner.Sieve, RowLearner.Sieve.Filter, "elimination", "learner"), "0");

    [FactIfAvailable("gcc")]
    public void CReproducesTheLibrary() => ExternalProgram.InTemporaryFolder(folder =>
    {
        string main = $$"""

            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            static const struct { const char *name; int (*learn)(const unsigned char *, const unsigned char *, size_t, size_t, const unsigned char *, int *); size_t (*work)(size_t, size_t); } all[] = {
            {{string.Join('\n', Learners.Select(l => $"    {{ \"{l.Name}\", {l.Name}_learn, {l.Name}_work }},"))}}
            };
            int main(void)
            {
                static unsigned char bits[3][10000];
                char name[100], text[3][10000];
                size_t m, d;
                while (scanf("%99s %zu %zu %9999s %9999s %9999s", name, &m, &d, text[0], text[1], text[2]) == 6)
                {
                    for (size_t k = 0; k < 3; k++)
                    {
                        for (size_t i = 0; text[k][i] != 0; i++)
                        {
                            bits[k][i] = text[k][i] == '1';
                        }
                    }
                    for (size_t n = 0; n < sizeof all / sizeof *all; n++)
                    {
                        if (strcmp(all[n].name, name) == 0)
                        {
                            const size_t length = all[n].work(m, d);
                            int *work = malloc((length + 1) * sizeof(int));
                            work[length] = 12345;
                            printf("%d", all[n].learn(bits[0], bits[1], m, d, bits[2], work));
                            if (work[length] != 12345)
                            {
                                return 3;
                            }
                            free(work);
                        }
                    }
                }
                return 0;
            }
            """;
        File.WriteAllText(Path.Combine(folder, "all.c"), string.Concat(Learners.Select(l => RuleSource.C.Write(l.Learner, l.Learner.Filter, "an example */", l.Name))) + main);
        ExternalProgram.Run("gcc", "-std=c99 -Wall -Wextra -Werror -O1 -fsanitize=undefined -fno-sanitize-recover all.c -o all", folder);
        Assert.Equal(Expected(), ExternalProgram.Run(Path.Combine(folder, "all"), string.Empty, folder, Lines()));
    });

    [FactIfAvailable("/usr/bin/python3", "-c \"import numpy\"")]
    public void PythonReproducesTheLibrary() => ExternalProgram.InTemporaryFolder(folder =>
    {
        foreach ((string name, RowLearner learner) in Learners)
        {
            File.WriteAllText(Path.Combine(folder, name + ".py"), RuleSource.Python.Write(learner, learner.Filter, "an \\example\"", name));
        }

        File.WriteAllText(Path.Combine(folder, "main.py"), """
            import importlib
            import sys
            import numpy as np

            for line in sys.stdin:
                name, m, d, examples, labels, query = line.split()
                learn = getattr(importlib.import_module(name), name + "_learn")
                examples, labels, query = (np.array([int(b) for b in text]) for text in (examples, labels, query))
                examples = examples.reshape((int(m), int(d)))
                answer = learn(examples, labels, query)
                both = learn(examples, labels, np.stack([1 - query, query]))
                assert both.shape == (2,) and both[1] == answer
                print(answer, end="")
                try:
                    learn(examples, labels[1:], query)
                    sys.exit("a wrong call was not refused")
                except ValueError:
                    pass

            """);
        Assert.Equal(Expected(), ExternalProgram.Run("/usr/bin/python3", "main.py", folder, Lines()));
    });

    [Fact]
    public void CSharpReproducesTheLibrary()
    {
        var text = new StringBuilder();
        using CompiledSource compiled = new(Learners.Select(l => RuleSource.CSharp.Write(l.Learner, l.Learner.Filter, "an\nexample", l.Name)));
        foreach ((string name, _) in Learners)
        {
            string type = char.ToUpperInvariant(name[0]) + name[1..];
            LearnBits learn = compiled.Method<LearnBits>(type, "Learn");
            WorkLength length = compiled.Method<WorkLength>(type, "WorkLength");
            foreach ((LabeledExamples examples, BitRows queries) in Problems)
            {
                int m = examples.Count, d = examples.Bits;
                bool[] bits = [.. Enumerable.Range(0, m * d).Select(n => examples.Inputs[n / d, n % d])];
                for (int t = 0; t < queries.Count; t++)
                {
                    bool[] query = [.. Enumerable.Range(0, d).Select(j => queries[t, j])];
                    text.Append(learn(bits, examples.Labels, query, new int[length(m, d)]) ? '1' : '0');
                    Assert.Throws<ArgumentException>(() => learn(bits, examples.Labels, query, new int[length(m, d) - 1]));
                }
            }
        }

        Assert.Equal(Expected(), text.ToString());
    }

    /// <summary>The rule in words is the rule, and the units with their start and their number of steps give the predictions.</summary>
    [Fact]
    public void JsonReproducesTheLibrary()
    {
        var text = new StringBuilder();
        foreach ((string name, RowLearner learner) in Learners)
        {
            JsonNode json = JsonNode.Parse(RuleSource.Json.Write(learner, learner.Filter, "an example", name))!;
            Assert.Equal(learner.Rule.ToString(), CellRule.Parse(string.Join('\n', json["rule"]!.AsArray().Select(l => (string)l!))).ToString());
            foreach ((LabeledExamples examples, BitRows queries) in Problems)
            {
                for (int t = 0; t < queries.Count; t++)
                {
                    text.Append(RunOf(json, examples, queries, t) ? '1' : '0');
                }
            }
        }

        Assert.Equal(Expected(), text.ToString());
    }

    [Fact]
    public void TheGraphReproducesTheLibrary()
    {
        var text = new StringBuilder();
        foreach ((_, RowLearner learner) in Learners)
        {
            OnnxModelContent model = OnnxFile.Read(OnnxRuleModel.Write(learner, learner.Filter, "an example", "rule"));
            foreach ((LabeledExamples examples, BitRows queries) in Problems)
            {
                Dictionary<string, Tensor> results = OnnxEvaluator.Run(model, Inputs(examples, queries));
                text.AppendJoin(string.Empty, results["predictions"].Numbers);
                Assert.Equal([queries.Count, learner.Filter.Channels, examples.Count + 1, examples.Bits + 1], results["cells"].Extents);
                Assert.All(results["cells"].Numbers, n => Assert.True(n is 0 or 1));
            }
        }

        Assert.Equal(Expected(), text.ToString());
    }

    [FactIfAvailable("/usr/bin/python3", OnnxRuntimes.CheckerProbe)]
    public void TheCheckerOfTheFormatAcceptsTheFiles() => OnnxRuntimes.Check([.. Learners.Select(l => (l.Name + ".onnx", OnnxRuleModel.Write(l.Learner, l.Learner.Filter, "an example", l.Name)))]);

    [FactIfAvailable("node", OnnxRuntimes.NodeProbe)]
    public void OnnxRuntimeReproducesTheLibrary()
    {
        Tensor[] results = OnnxRuntimes.Run(
            [.. Learners.Select(l => (l.Name + ".onnx", OnnxRuleModel.Write(l.Learner, l.Learner.Filter, "an example", l.Name)))],
            [.. Learners.SelectMany(l => Problems.Select(p => (l.Name + ".onnx", "predictions", Inputs(p.Examples, p.Queries))))]);
        Assert.Equal(Expected(), string.Concat(results.SelectMany(r => r.Numbers)));
    }

    [Fact]
    public void AFilterOfAnotherRuleIsRefused()
    {
        ReluFilter other = RowLearner.Of(ColumnProgram.Dictator).Filter;
        Assert.Contains("10 bits, the rule has 5", Assert.Throws<ArgumentException>(() => RuleSource.C.Write(RowLearner.Sieve, other, "a", "a")).Message);
        Assert.Contains("10 bits, the rule has 5", Assert.Throws<ArgumentException>(() => OnnxRuleModel.Write(RowLearner.Sieve, other, "a", "a")).Message);
    }

    private static (LabeledExamples Examples, BitRows Queries) Problem(int m, int d, bool parity, ulong seed)
    {
        var random = new RandomStream(20).Split(seed);
        bool[] hidden = Draw(d), bits = Draw(m * d), queries = Draw(Queries * d), noise = Draw(m);
        var inputs = new BitRows(m, d, (i, j) => bits[(i * d) + j]);
        bool[] labels = [.. Enumerable.Range(0, m).Select(i => parity ? Enumerable.Range(0, d).Aggregate(false, (sum, j) => sum ^ (hidden[j] & inputs[i, j])) : noise[i])];
        return (new LabeledExamples(inputs, labels), new BitRows(Queries, d, (t, j) => queries[(t * d) + j]));

        bool[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextUniform() < 0.5)];
    }

    /// <summary>The predictions of the library, learner after learner, problem after problem.</summary>
    private static string Expected()
    {
        string expected = string.Concat(Learners.SelectMany(l => Problems.SelectMany(p => l.Learner.Predict(p.Examples, p.Queries).Select(b => b ? '1' : '0'))));
        Assert.InRange(expected.Count(c => c == '1'), expected.Length / 10, expected.Length * 9 / 10); // both answers occur
        return expected;
    }

    private static string Lines()
    {
        var text = new StringBuilder();
        foreach ((string name, _) in Learners)
        {
            foreach ((LabeledExamples examples, BitRows queries) in Problems)
            {
                string bits = string.Concat(Enumerable.Range(0, examples.Count).Select(i => Bits(examples.Inputs, i))), labels = string.Concat(examples.Labels.ToArray().Select(l => l ? '1' : '0'));
                for (int t = 0; t < queries.Count; t++)
                {
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name} {examples.Count} {examples.Bits} {bits} {labels} {Bits(queries, t)}\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Bits(BitRows rows, int row) => string.Concat(Enumerable.Range(0, rows.Width).Select(j => rows[row, j] ? '1' : '0'));

    private static (string, Tensor)[] Inputs(LabeledExamples examples, BitRows queries) =>
    [
        ("examples", Tensor.Make([examples.Count, examples.Bits], false, p => examples.Inputs[p[0], p[1]] ? 1 : 0)),
        ("labels", Tensor.Make([examples.Count], false, p => examples.Labels[p[0]] ? 1 : 0)),
        ("queries", Tensor.Make([queries.Count, queries.Width], false, p => queries[p[0], p[1]] ? 1 : 0)),
    ];

    /// <summary>A run as the file describes it.</summary>
    private static bool RunOf(JsonNode json, LabeledExamples examples, BitRows queries, int query)
    {
        int m = examples.Count, d = examples.Bits;
        string[] channels = [.. json["channels"]!.AsArray().Select(c => (string)c!)];
        string row = (string)json["rowChannel"]!;
        var units = json["units"]!.AsArray().Select(u => (
            Bias: (int)u!["bias"]!,
            Terms: u["terms"]!.AsArray().Select(t => (Channel: (string)t!["channel"]!, Row: (int)t["row"]!, Column: (int)t["column"]!, Weight: (int)t["weight"]!)).ToArray(),
            Outputs: u["outputs"]!.AsObject().Select(o => (o.Key, Weight: (int)o.Value!)).ToArray())).ToArray();
        int[] biases = [.. channels.Select(c => (int)json["outputBias"]![c]!)];
        Dictionary<string, int[,]> cells = channels.ToDictionary(c => c, _ => new int[m + 1, d + 1]);
        Each((i, j) =>
        {
            bool bit = i < m ? (j < d ? examples.Inputs[i, j] : examples.Labels[i]) : j < d && queries[query, j];
            (cells[row][i, j], cells["in"][i, j]) = (bit ? 1 : 0, 1);
        });
        cells[(string)json["startChannel"]!][0, 0] = 1;
        int steps = ((int)json["steps"]!["perExample"]! * m) + ((int)json["steps"]!["perBit"]! * d) + (int)json["steps"]!["more"]!;
        for (; steps > 0; steps--)
        {
            Dictionary<string, int[,]> next = channels.ToDictionary(c => c, _ => new int[m + 1, d + 1]);
            Each((i, j) =>
            {
                for (int c = 0; c < channels.Length; c++)
                {
                    next[channels[c]][i, j] = biases[c];
                }

                foreach ((int bias, (string Channel, int Row, int Column, int Weight)[] terms, (string Key, int Weight)[] outputs) in units)
                {
                    int hidden = bias;
                    foreach ((string channel, int r, int c, int weight) in terms)
                    {
                        hidden += i + r >= 0 && i + r <= m && j + c >= 0 && j + c <= d ? weight * cells[channel][i + r, j + c] : 0;
                    }

                    foreach ((string channel, int weight) in outputs)
                    {
                        next[channel][i, j] += weight * Math.Max(hidden, 0);
                    }
                }
            });
            cells = next;
        }

        return cells[row][m, d] == 1;

        void Each(Action<int, int> visit)
        {
            for (int n = 0; n < (m + 1) * (d + 1); n++)
            {
                visit(n / (d + 1), n % (d + 1));
            }
        }
    }
}
