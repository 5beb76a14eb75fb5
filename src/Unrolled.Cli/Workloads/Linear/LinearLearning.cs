using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>Trains the methods of an experiment one after the other, with checkpoints, and makes the model of them.</summary>
internal sealed class LinearLearning
{
    private const int ValidationInstances = 102;

    private readonly LinearExperiment _experiment;
    private readonly LearnContext _context;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<LearnedKrylov> _methods = [];
    private readonly List<string> _notes = [];
    private readonly JsonObject _curves = [];
    private Dictionary<string, double[]>? _resumed;
    private double _earlierSeconds;
    private double _lastCheckpoint;
    private double _loss;

    private LinearLearning(LinearExperiment experiment, LearnContext context)
    {
        _experiment = experiment;
        _context = context;
    }

    /// <summary>Trains; the training set is compressed to a few numbers, so one rank does it alone.</summary>
    public static LearnOutcome? Run(LinearExperiment experiment, LearnContext context)
    {
        context.RefuseShards("the training of the method krylov is one short sequence without independent parts");
        return context.Sharing.GoOnAlone() ? new LinearLearning(experiment, context).Run() : null;
    }

    private double Seconds => _earlierSeconds + _clock.Elapsed.TotalSeconds;

    private LearnOutcome Run()
    {
        if (_context.Resume)
        {
            _resumed = _context.Load();
            _earlierSeconds = _resumed["seconds"][0];
        }

        (double Low, double High)? spectrum = null;
        LinearTraining? last = null;
        for (int i = 0; i < _experiment.Degrees.Length; i++)
        {
            last?.Dispose();
            last = Train(i);
            spectrum = last.Spectrum;
            _methods.Add(Checked(last));
        }

        using (last)
        {
            double[] nodes = [], weights = [];
            if (last!.Compression.Symmetric)
            {
                (nodes, weights) = last.Compression.Measure();
            }

            return Finish(spectrum, nodes, weights, last.Compression.Samples);
        }
    }

    private LinearTraining Train(int index)
    {
        LinearTrainingOptions options = _experiment.Options[index];
        var training = new LinearTraining(
            _experiment.Family, options, s => LinearExperiment.Prepare(s, _experiment.PreconditionerName), _context.Cancellation);
        if (_resumed is not null && (int)_resumed["method"][0] == index)
        {
            training.State = StateOf(_resumed);
            _resumed = null;
        }

        // methods before the checkpoint's are trained again: that is deterministic, and quick for the convex trainer
        bool more = true;
        while (more)
        {
            try
            {
                more = training.Advance(_context.Cancellation);
                _context.Progress.Report(new LearningProgress(training.Phase, (index + training.Fraction) / _experiment.Degrees.Length, training.Loss,
                    TimeSpan.FromSeconds(Seconds)));
                _context.Cancellation.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException)
            {
                Save(index, training);
                throw;
            }

            if (Seconds - _lastCheckpoint >= _experiment.CheckpointSeconds)
            {
                Save(index, training);
            }
        }

        foreach (CurvePoint point in training.Curve)
        {
            _context.Log.Write("loss", line =>
            {
                line.WriteNumber("method", options.InnerEvaluations);
                line.WriteNumber("step", point.Step);
                line.WriteNumber("loss", point.Loss);
            });
        }

        _loss = training.Loss;
        _curves[options.InnerEvaluations.ToString(CultureInfo.InvariantCulture)] = new JsonObject
        {
            ["steps"] = ResultNumbers.ToJson([.. training.Curve.Select(p => (double)p.Step)]),
            ["loss"] = ResultNumbers.ToJson([.. training.Curve.Select(p => p.Loss)]),
        };
        return training;
    }

    /// <summary>What training chooses after a look at unseen systems, with a note where that is a lower degree.</summary>
    private LearnedKrylov Checked(LinearTraining training)
    {
        LearnedKrylov method = training.Method, best = training.Checked(Math.Max(_experiment.HeldOut, 20), out double worst);
        if (best.InnerEvaluations < method.InnerEvaluations)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"the growth cap lowered the degree from {method.InnerEvaluations} to {best.InnerEvaluations}: higher degrees did worse on unseen systems (worst relative residual there now {worst:g3})"));
            _context.Note(_notes[^1]);
        }

        return best;
    }

    private LearnOutcome Finish((double Low, double High)? spectrum, double[] nodes, double[] weights, int samples)
    {
        var results = new JsonObject
        {
            ["curves"] = _curves,
            ["nodes"] = ResultNumbers.ToJson(nodes),
            ["weights"] = ResultNumbers.ToJson([.. weights.Select(w => w / samples)]),
            ["notes"] = new JsonArray([.. _notes.Select(n => (JsonNode)n)]),
        };
        LinearTrainingOptions options = _experiment.Options[^1];
        TrainingRecord record = options.ToRecord(Seconds, _loss) with { Settings = _experiment.TrainingSettings };
        Model model = LearnedLinear.ToModel(_methods, spectrum, _experiment.MethodSettings, _experiment.FamilySettings, _experiment.Family.Description, record) with { Results = results };
        double[] validation = LinearCertificates.Residuals(LinearModel.Of(model), new Numerics.RandomStream(options.Seed).Split("certificate validation"), ValidationInstances, _context);
        new FreshInstances(_experiment.CertifiedInstances, FreshInstances.RoundedUp(validation)).WriteTo(model.MethodSettings);
        model = model with { Certificates = LinearCertificates.Of(LinearModel.Of(model), _context) };
        var learned = LinearModel.Of(model);
        Comparison comparison = LinearComparison.Run(learned, "model.json", _experiment.HeldOut, options.Seed, _context);
        results["comparison"] = ComparisonJson.ToJson(comparison);
        return new LearnOutcome(model, LinearAcceptance.Judge(_experiment, model, comparison));
    }

    private void Save(int index, LinearTraining training)
    {
        var checkpoint = new Checkpoint();
        checkpoint.Arrays["seconds"] = [Seconds];
        checkpoint.Arrays["method"] = [index];
        foreach ((string name, double[] values) in training.State)
        {
            checkpoint.Arrays["training/" + name] = values;
        }

        _context.Save(checkpoint);
        _lastCheckpoint = Seconds;
    }

    private static Dictionary<string, double[]> StateOf(Dictionary<string, double[]> checkpoint) => checkpoint
        .Where(a => a.Key.StartsWith("training/", StringComparison.Ordinal))
        .ToDictionary(a => a.Key["training/".Length..], a => a.Value);
}
