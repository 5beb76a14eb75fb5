using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Learning.Fields;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>Trains the network of an experiment and its rivals, and makes the model.</summary>
internal sealed class DiffusionLearning
{
    private readonly DiffusionExperiment _experiment;
    private readonly LearnContext _context;
    private readonly List<string> _notes = [];

    private DiffusionLearning(DiffusionExperiment experiment, LearnContext context) => (_experiment, _context) = (experiment, context);

    public static LearnOutcome? Run(DiffusionExperiment experiment, LearnContext context) => new DiffusionLearning(experiment, context).Run();

    private LearnOutcome? Run()
    {
        var fits = new FitRunner(_experiment.Limits, _context);
        NetworkEntry[] entries = [_experiment.Main, .. _experiment.Rivals];
        int count = _experiment.Seeds * entries.Sum(e => e.LearningRates.Length), index = 0;
        var trained = entries.Select(_ => new List<TrainedEntry>()).ToArray();
        for (int s = 0; s < _experiment.Seeds; s++)
        {
            FieldValidation validation = Validation(s);
            for (int e = 0; e < entries.Length; e++)
            {
                TrainedEntry? best = null;
                foreach (double rate in entries[e].LearningRates)
                {
                    TrainedEntry found = Train(entries[e], s, rate, validation, fits, index++, count);
                    best = best is null || found.Error < best.Error ? found : best;
                }

                trained[e].Add(best!);
            }
        }

        if (fits.EndsHere())
        {
            return null;
        }

        if (fits.TimeEnded)
        {
            _notes.Add(FormattableString.Invariant($"training.seconds ({_experiment.Limits.Seconds:0.#}) ended at least one fit: a slower or faster machine gives other numbers"));
        }

        return Finish(trained, fits);
    }

    private TrainedEntry Train(NetworkEntry entry, int seed, double rate, FieldValidation validation, FitRunner fits, int index, int count)
    {
        FieldFitOptions options = _experiment.Fit with
        {
            Iterations = entry.Iterations,
            LearningRate = rate,
            Seed = StreamOf(seed).Split("training").NextBits(),
            Threads = _context.Threads ?? Environment.ProcessorCount,
            Ranks = _context.Ranks,
        };
        string phase = entry.Network.Name + (_experiment.Seeds > 1 ? $", seed {seed + 1}" : string.Empty)
            + (entry.LearningRates.Length > 1 ? FormattableString.Invariant($", rate {rate:g3}") : string.Empty);
        Parameters start = entry.Network.InitialParameters(StreamOf(seed).Split("start"));
        (double error, double[] numbers) = fits.Run(phase, index, count, state =>
            new FieldFit(entry.Network, entry.CreateVariables(), start, _experiment.Family, validation, options, state));
        return new TrainedEntry(entry, DenoiserTraining.ToParameters(entry.Network, numbers), rate, error, fits.FitSeconds);
    }

    private RandomStream StreamOf(int seed) => new RandomStream(_experiment.Seed).Split("denoising").Split((ulong)seed);

    private FieldValidation Validation(int seed) => FieldValidation.Draw(
        _experiment.Family, _experiment.ValidationCount, _experiment.IsForSignals ? 1 : _experiment.ValidationExtent, _experiment.ValidationExtent,
        StreamOf(seed).Split("validation"), _context.Threads ?? Environment.ProcessorCount, _context.Ranks);

    private LearnOutcome Finish(List<TrainedEntry>[] trained, FitRunner fits)
    {
        TestFields[] tests = [.. Enumerable.Range(0, _experiment.Seeds).Select(s => TestFields.Draw(
            _experiment.Family, _experiment.TestCount, _experiment.IsForSignals ? 1 : _experiment.ValidationExtent, _experiment.ValidationExtent,
            StreamOf(s).Split("test"), _context.Threads))];
        var table = new NetworkTable(tests, _context);
        foreach (List<TrainedEntry> entry in trained)
        {
            table.Add(entry);
        }

        TrainedEntry main = trained[0].MinBy(t => t.Error)!;
        LearnedDenoiser denoiser = ToDenoiser(main);
        RivalFiles.Write(_context.Directory, [.. trained[1..].Select(t => ToModel(t.MinBy(r => r.Error)!, fits.Seconds))]);
        Model model = ToModel(main, fits.Seconds);
        TestFields validation = TestFields.Draw(
            _experiment.Family, _experiment.ValidationCount, _experiment.IsForSignals ? 1 : DiffusionCertificates.Extent, _experiment.IsForSignals ? _experiment.ValidationExtent : DiffusionCertificates.Extent,
            StreamOf(0).Split("validation"), _context.Threads);
        double gain = Math.Floor(10 * DiffusionCertificates.Gains(denoiser, validation, _context).Min()) / 10;
        new FreshInstances(_experiment.CertifiedInstances, gain).WriteTo(model.MethodSettings);
        model = model with { Certificates = DiffusionCertificates.Of(model, _context) };
        JsonObject results = model.Results;
        results["comparison"] = ComparisonJson.ToJson(table.ToComparison(_experiment.Family, _experiment.Seed));
        results["networks"] = table.ToJson();
        results["rivals"] = _experiment.Rivals.Count;
        if (denoiser.Network is Unrolled.Diffusion.Networks.SymmetricNetwork network)
        {
            double growth = NormGrowth.Largest(network, main.Parameters, tests[0].Noisy, tests[0].Sigmas);
            results["largestNormGrowth"] = growth;
            _notes.Add(FormattableString.Invariant($"the largest growth of the Euclidean norm over a block, data terms included, for {tests[0].Count} test fields: {growth:f6}{(network.Options.Flux.IsForward ? " (1 is the bound)" : string.Empty)}"));
        }

        TrainingCurve.Store(fits, results);
        results["notes"] = new JsonArray([.. _notes.Select(n => (JsonNode)n)]);
        _notes.ForEach(_context.Note);
        return new LearnOutcome(model, Judge(table));
    }

    private LearnedDenoiser ToDenoiser(TrainedEntry trained) =>
        new(trained.Network, trained.Parameters, _experiment.Fields, _experiment.Family.Source.NoiseUnit, _experiment.Family.Noise.Sigma);

    private Model ToModel(TrainedEntry trained, double seconds)
    {
        FieldFitOptions options = _experiment.Fit with { Iterations = trained.Entry.Iterations, LearningRate = trained.LearningRate, Seed = _experiment.Seed };
        TrainingRecord record = DenoiserTraining.Record(options, trained.Error, seconds) with { Settings = _experiment.TrainingSettings };
        return ToDenoiser(trained).ToModel(trained.Entry.Settings, _experiment.FamilySettings, _experiment.Family.Description, record);
    }

    private List<Acceptance> Judge(NetworkTable table)
    {
        var judged = new List<Acceptance>();
        double own = table.Mean(0);
        if (_experiment.LeastRatio is double least)
        {
            judged.Add(new Acceptance(FormattableString.Invariant($"mean PSNR at least {least:f2} dB: it is {own:f2} dB"), own >= least));
        }

        for (int r = 0; r < _experiment.Rivals.Count; r++)
        {
            if (_experiment.Rivals[r].Margin is double margin)
            {
                double gain = own - table.Mean(r + 1);
                judged.Add(new Acceptance(
                    FormattableString.Invariant($"at least {margin:f2} dB above {_experiment.Rivals[r].Network.Name} ({_experiment.Rivals[r].Network.ParameterCount} parameters): it is {gain:f2} dB above"),
                    gain >= margin));
            }
        }

        return judged;
    }
}
