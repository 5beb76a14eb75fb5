using System.Diagnostics;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Rules;
using Unrolled.Learning;
using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>
/// Memorizes problems with a <see cref="MemoryRcnn{T}"/>, asks it fresh queries, and sets it beside the same learner without an automaton. A
/// run that is stopped goes on after the last example whose step was saved, with the same bits.
/// </summary>
internal sealed class MemoryLearning
{
    private const int WholeNetworkQueries = 4;
    private const double LargestTogether = 1e10, LargestLiteral = 2e9;

    private readonly RuleExperiment _experiment;
    private readonly LearnContext _context;
    private readonly LearnedRule _learned;
    private readonly RowLearner _rows;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Outcome> _outcomes = [];
    private double _earlierSeconds, _lastCheckpoint;
    private (int Step, double Largest, double[] Memory)? _saved;

    private MemoryLearning(RuleExperiment experiment, LearnContext context)
    {
        (_experiment, _context, _learned) = (experiment, context, LearnedRule.OfLearner(experiment.Learner));
        _rows = _learned.Rows();
        if (context.Resume)
        {
            Dictionary<string, double[]> arrays = context.Load();
            _earlierSeconds = arrays["seconds"][0];
            _outcomes.AddRange(arrays["outcomes"].Chunk(Outcome.Numbers).Select(Outcome.Of));
            _saved = arrays.TryGetValue("memory", out double[]? memory) ? ((int)arrays["place"][0], arrays["place"][1], memory) : null;
        }
    }

    private double Seconds => _earlierSeconds + _clock.Elapsed.TotalSeconds;

    /// <summary>Memorizes example by example, which is a sequence: one rank does it alone.</summary>
    public static LearnOutcome? Run(RuleExperiment experiment, LearnContext context)
    {
        context.RefuseShards("memorizing is one sequence of steps without independent parts");
        return context.Sharing.GoOnAlone() ? new MemoryLearning(experiment, context).Run() : null;
    }

    private LearnOutcome Run()
    {
        IReadOnlyList<LearningProblem> problems = _experiment.Family.Draw(_experiment.Problems, new RandomStream(_experiment.Seed).Split("memory"));
        try
        {
            while (_outcomes.Count < problems.Count)
            {
                Outcome outcome = Learn(problems[_outcomes.Count]);
                _outcomes.Add(outcome);
                _saved = null;
                _context.Log.Write("loss", line =>
                {
                    line.WriteNumber("problem", _outcomes.Count);
                    line.WriteNumber("loss", 1 - outcome.Accuracy);
                });
                SaveNowAndThen();
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }

        return Finish(problems);
    }

    private Outcome Learn(LearningProblem problem)
    {
        (int d, int m) = (problem.Examples.Bits, problem.Examples.Count);
        var clock = Stopwatch.StartNew();
        bool[] asked;
        int whole = 0;
        double largest = 0, writing;
        bool sameAsDirect = true;
        if (_experiment.Descends)
        {
            var network = new MemoryRcnn<float>(d, m, _rows);
            largest = Memorize(network, problem.Examples);
            writing = clock.Elapsed.TotalSeconds;
            float[] written = network.Memory.ToArray();
            network.MemorizeDirect(problem.Examples);
            sameAsDirect = network.Memory.SequenceEqual(written);
            written.CopyTo(network.Memory);
            asked = Ask(problem, network);
            whole = Math.Min(WholeNetworkQueries, problem.Queries.Count);
            for (int t = 0; t < whole; t++)
            {
                _context.Cancellation.ThrowIfCancellationRequested();
                sameAsDirect &= network.Predict(problem.Queries.Inputs.Row(t)) == asked[t];
            }
        }
        else
        {
            writing = clock.Elapsed.TotalSeconds;
            asked = Ask(problem, null);
        }

        IHypothesis hypothesis = _learned.Classical.Learn(problem.Examples);
        bool[] classical = hypothesis.Predict(problem.Queries.Inputs);
        return new Outcome(
            RuleComparing.Accuracy(asked, problem.Queries.Labels), asked.AsSpan().SequenceEqual(classical), sameAsDirect, largest, hypothesis.Contradictions, writing, whole);
    }

    /// <summary>Algorithm 1 example by example. Returns the largest magnitude of an output.</summary>
    private double Memorize(MemoryRcnn<float> network, LabeledExamples examples)
    {
        int first = 0;
        double largest = 0;
        network.Clear();
        if (_saved is { } saved)
        {
            (first, largest) = (saved.Step, saved.Largest);
            for (int n = 0; n < saved.Memory.Length; n++)
            {
                network.Memory[n] = (float)saved.Memory[n];
            }
        }

        ulong[] last = new ulong[examples.Inputs.WordsPerRow];
        for (int i = first; i <= examples.Count; i++)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            float output = i < examples.Count ? network.Descend(examples.Inputs.Row(i), examples.Labels[i]) : network.Descend(last, false);
            largest = Math.Max(largest, Math.Abs(output));
            _saved = (i + 1, largest, [.. network.Memory.ToArray().Select(w => (double)w)]);
            double part = (_outcomes.Count + ((i + 1.0) / (examples.Count + 2.0))) / _experiment.Problems;
            _context.Progress.Report(new LearningProgress("memorizing", part, double.NaN, TimeSpan.FromSeconds(Seconds)));
            SaveNowAndThen();
        }

        return largest;
    }

    /// <summary>All queries: by the network's filter on what its memory holds, or 64 cells to a word where that would take too long.</summary>
    private bool[] Ask(LearningProblem problem, MemoryRcnn<float>? network)
    {
        (int d, int m, int count) = (problem.Examples.Bits, problem.Examples.Count, problem.Queries.Count);
        double work = (double)_rows.Steps(d, m, count) * (m + count) * (d + 1) * _learned.Filter.NonZero;
        return network is not null && work <= LargestTogether ? network.PredictTogether(problem.Queries.Inputs) : _rows.Predict(problem.Examples, problem.Queries.Inputs);
    }

    private LearnOutcome Finish(IReadOnlyList<LearningProblem> problems)
    {
        double seconds = Seconds, accuracy = _outcomes.Average(o => o.Accuracy);
        (Comparison comparison, _) = RuleComparing.Run(_learned, _experiment.Sizes, _experiment.ComparisonProblems, _experiment.Seed + 1, "model.json", _context);
        (int d, int m) = (_experiment.Family.Bits, _experiment.Family.Examples);
        var results = new JsonObject { [ModelReport.ComparisonKey] = ComparisonJson.ToJson(comparison) };
        results["memory"] = new JsonObject
        {
            ["bits"] = d, ["examples"] = m, ["queries"] = _experiment.Family.Queries, ["problems"] = _outcomes.Count, ["accuracy"] = accuracy,
            ["written"] = _experiment.Descends ? "gradient descent" : "directly",
            ["steps"] = new MemoryFilter(_rows).Steps(d, m), ["learnerSteps"] = _rows.Steps(d, m),
            ["largestOutput"] = _outcomes.Max(o => o.LargestOutput), ["equalToClassical"] = _outcomes.Count(o => o.SameAsClassical),
            ["equalToDirectWrite"] = _outcomes.Count(o => o.SameAsDirect), ["contradictions"] = _outcomes.Sum(o => o.Contradictions),
            ["secondsPerMemory"] = _outcomes.Average(o => o.Seconds), ["wholeNetworkQueries"] = (int)_outcomes.Sum(o => o.Whole),
            ["memoryWeights"] = (m + 1) * (d + 1),
        };
        results["engines"] = Engines(problems[0]);
        results["rivals"] = Rivals(problems[0]);
        var record = new TrainingRecord
        {
            Seed = _experiment.Seed,
            Trainer = _experiment.Descends ? "gradient descent on the memory, one pass; the filter is compiled from the rule" : "direct write; the filter is compiled from the rule",
            Seconds = seconds,
            Loss = 1 - accuracy,
            Instances = _outcomes.Count,
            Settings = _experiment.TrainingSettings,
        };
        Model model = _learned.ToModel(_experiment.MethodSettings, _experiment.FamilySettings, record) with
        {
            Description = $"Recurrent convolution that memorizes labeled bits and learns {_experiment.Learner} from them", Results = results,
        };
        new FreshInstances(_experiment.CertifiedInstances, 0).WriteTo(model.MethodSettings);
        return new LearnOutcome(model with { Certificates = RuleCertificates.Of(model, _context) }, Judge(accuracy));
    }

    private List<Acceptance> Judge(double accuracy)
    {
        int problems = _outcomes.Count, classical = _outcomes.Count(o => o.SameAsClassical);
        var judged = new List<Acceptance> { new($"the answers are those of the plain {_learned.Classical.Name} learner: on {classical} of {problems} problems", classical == problems) };
        if (_experiment.Descends)
        {
            double largest = _outcomes.Max(o => o.LargestOutput);
            int direct = _outcomes.Count(o => o.SameAsDirect);
            judged.Add(new Acceptance(FormattableString.Invariant($"the output is exactly 0 while memorizing: its largest magnitude is {largest:g3}"), largest == 0));
            judged.Add(new Acceptance($"gradient descent writes the memory and gives the answers that a direct write gives: on {direct} of {problems} problems", direct == problems));
        }

        if (_experiment.LeastAccuracy is double least)
        {
            judged.Add(new Acceptance(FormattableString.Invariant($"accuracy on fresh queries at least {least:g4}: it is {accuracy:g4}"), accuracy >= least));
        }

        return judged;
    }

    /// <summary>One query by every engine of the rule; all must end with the same bits in all cells.</summary>
    private JsonArray Engines(LearningProblem problem)
    {
        (int d, int m) = (problem.Examples.Bits, problem.Examples.Count);
        CellGrid start = LearnedRule.Start(_rows, problem.Examples, problem.Queries.Inputs, 0), reference = start.Copy(), end = start.Copy();
        var rows = new JsonArray();
        int steps = _rows.Steps(d, m);
        Add("automaton, 64 cells to a word", new BitSlicedEngine(_rows.Rule, m + 1, d + 1), reference);
        if (_learned.WorkOfNetwork(d, m, 1) <= LargestLiteral)
        {
            Add("automaton, gate by gate", new AutomatonEngine(_rows.Rule, m + 1, d + 1), end);
            Add("network in float", new NetworkEngine<float>(_learned.Filter, m + 1, d + 1), end);
            if (_learned.Filter.LargestMagnitude <= sbyte.MaxValue)
            {
                Add("network in int8", new NetworkEngine<sbyte>(_learned.Filter, m + 1, d + 1), end);
            }
        }

        var clock = Stopwatch.StartNew();
        bool label = _learned.Classical.Learn(problem.Examples).Predict(problem.Queries.Inputs.Row(0));
        rows.Add((JsonNode)new JsonObject { ["engine"] = $"plain {_learned.Classical.Name} learner", ["seconds"] = clock.Elapsed.TotalSeconds, ["same"] = label == reference[_rows.RowBit, m, d] });
        return rows;

        void Add(string name, ICellEngine engine, CellGrid destination)
        {
            engine.Load(start);
            var watch = Stopwatch.StartNew();
            engine.Step(steps);
            double seconds = watch.Elapsed.TotalSeconds;
            engine.Store(destination);
            rows.Add((JsonNode)new JsonObject { ["engine"] = name, ["seconds"] = seconds, ["same"] = destination.SameAs(reference) });
        }
    }

    /// <summary>Fully connected networks trained on the same examples.</summary>
    private JsonArray Rivals(LearningProblem problem)
    {
        var rows = new JsonArray();
        if (_experiment.RivalParameters is not int parameters)
        {
            return rows;
        }

        foreach ((FullyConnectedShape shape, string name) in new[] { (FullyConnectedShape.Perceptron, "ReLU perceptron"), (FullyConnectedShape.Residual, "ReLU residual network") })
        {
            var network = FullyConnectedNetwork.WithParameters(shape, problem.Examples.Bits, parameters);
            var clock = Stopwatch.StartNew();
            FullyConnectedFit fit = FullyConnectedFit.Train(
                network, problem.Examples, new RandomStream(_experiment.Seed).Split("rivals").Split((ulong)shape), _experiment.RivalSteps, cancellationToken: _context.Cancellation);
            rows.Add((JsonNode)new JsonObject
            {
                ["name"] = name, ["parameters"] = network.Parameters, ["steps"] = fit.Steps, ["trainingAccuracy"] = fit.TrainingAccuracy,
                ["accuracy"] = fit.Accuracy(problem.Queries), ["seconds"] = clock.Elapsed.TotalSeconds,
            });
        }

        return rows;
    }

    private void SaveNowAndThen()
    {
        if (Seconds - _lastCheckpoint >= _experiment.CheckpointSeconds)
        {
            Save();
        }
    }

    private void Save()
    {
        var checkpoint = new Checkpoint();
        checkpoint.Arrays["seconds"] = [Seconds];
        checkpoint.Arrays["outcomes"] = [.. _outcomes.SelectMany(o => o.ToNumbers())];
        if (_saved is { } saved)
        {
            checkpoint.Arrays["place"] = [saved.Step, saved.Largest];
            checkpoint.Arrays["memory"] = saved.Memory;
        }

        _context.Save(checkpoint);
        _lastCheckpoint = Seconds;
    }

    /// <summary>What came out of one problem.</summary>
    private sealed record Outcome(double Accuracy, bool SameAsClassical, bool SameAsDirect, double LargestOutput, int Contradictions, double Seconds, double Whole)
    {
        public const int Numbers = 7;

        public static Outcome Of(double[] n) => new(n[0], n[1] != 0, n[2] != 0, n[3], (int)n[4], n[5], n[6]);

        public double[] ToNumbers() => [Accuracy, SameAsClassical ? 1 : 0, SameAsDirect ? 1 : 0, LargestOutput, Contradictions, Seconds, Whole];
    }
}
