using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Learning;

/// <summary>How the weights of a <see cref="Krylov.LearnedKrylov"/> are found.</summary>
public enum LinearTrainer
{
    /// <summary>Least squares for the residual polynomial of one step, mapped to the weights: exact, in milliseconds.</summary>
    Convex,

    /// <summary>The paper's: gradients through the unrolled run, Adam, then L-BFGS, from several random starts.</summary>
    Gradient,
}

/// <summary>The size of a learned linear solver and how it is trained.</summary>
public sealed record LinearTrainingOptions
{
    /// <summary>Evaluations a step, the degree <c>n</c> of the residual polynomial.</summary>
    public int InnerEvaluations { get; init; } = 8;

    /// <summary>Outer iterations unrolled in the loss, <c>T</c>.</summary>
    public int OuterIterations { get; init; } = 3;

    /// <summary>The trainer.</summary>
    public LinearTrainer Trainer { get; init; }

    /// <summary>Whether every right-hand side counts alike (its residual relative to its norm) or by its size, as in the paper.</summary>
    public LinearLoss Loss { get; init; }

    /// <summary>The base of the loss weights <c>w_k = base^k</c>.</summary>
    public double LossWeightBase { get; init; } = 4;

    /// <summary>How many systems are drawn for training.</summary>
    public int Instances { get; init; } = 1000;

    /// <summary>Random starts of the gradient trainer.</summary>
    public int Starts { get; init; } = 4;

    /// <summary>Adam steps per start.</summary>
    public int AdamSteps { get; init; } = 2000;

    /// <summary>L-BFGS steps per start, at most.</summary>
    public int BfgsSteps { get; init; } = 2000;

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How a training with these options came out, as a model stores it; <see cref="From"/> reads its settings.</summary>
    /// <param name="seconds">How long it took.</param>
    /// <param name="loss">The loss at the end.</param>
    public TrainingRecord ToRecord(double seconds, double loss)
    {
        var settings = new Settings("model", "training.settings");
        foreach ((string key, object value) in new (string, object)[]
        {
            ("outer-iterations", OuterIterations), ("trainer", Trainer == LinearTrainer.Convex ? "convex" : "gradient"),
            ("loss", Loss switch { LinearLoss.Absolute => "absolute", LinearLoss.Geometric => "geometric", _ => "relative" }),
            ("loss-weight-base", LossWeightBase), ("instances", Instances), ("starts", Starts), ("adam-steps", AdamSteps), ("bfgs-steps", BfgsSteps), ("seed", Seed),
        })
        {
            settings.Set(key, FormattableString.Invariant($"{value}"));
        }

        return new TrainingRecord
        {
            Seed = Seed, Trainer = Trainer == LinearTrainer.Convex ? "least squares" : "adam, l-bfgs", Seconds = seconds, Loss = loss, Instances = Instances, Settings = settings,
        };
    }

    /// <summary>Reads the <c>training</c> section of an experiment, for a method of the given size.</summary>
    /// <exception cref="InvalidInputException">A value is not of its kind, or two do not go together.</exception>
    public static LinearTrainingOptions From(Settings training, int innerEvaluations)
    {
        ArgumentNullException.ThrowIfNull(training);
        var defaults = new LinearTrainingOptions();
        var options = new LinearTrainingOptions
        {
            InnerEvaluations = innerEvaluations,
            OuterIterations = training.Integer("outer-iterations", 1, 64, defaults.OuterIterations),
            Trainer = training.Choice("trainer", ["convex", "gradient"], "convex") == "convex" ? LinearTrainer.Convex : LinearTrainer.Gradient,
            Loss = training.Choice("loss", ["relative", "absolute", "geometric"], "relative") switch
            {
                "absolute" => LinearLoss.Absolute,
                "geometric" => LinearLoss.Geometric,
                _ => LinearLoss.Relative,
            },
            LossWeightBase = training.Number("loss-weight-base", 0.01, 1000, defaults.LossWeightBase),
            Instances = training.Integer("instances", 1, 1_000_000, defaults.Instances),
            Starts = training.Integer("starts", 1, 1000, defaults.Starts),
            AdamSteps = training.Integer("adam-steps", 0, 10_000_000, defaults.AdamSteps),
            BfgsSteps = training.Integer("bfgs-steps", 0, 10_000_000, defaults.BfgsSteps),
            Seed = (ulong)training.Integer("seed", 0, int.MaxValue, (int)defaults.Seed),
        };
        return options is { Trainer: LinearTrainer.Gradient, Loss: LinearLoss.Geometric }
            ? throw training.Fault("loss", "the gradient trainer minimizes a sum of squares: expected 'loss: relative' or 'loss: absolute'")
            : options;
    }
}

/// <summary>What the squared residuals of the loss are measured in.</summary>
public enum LinearLoss
{
    /// <summary>Relative to the norm of each right-hand side.</summary>
    Relative,

    /// <summary>In the units of the right-hand sides.</summary>
    Absolute,

    /// <summary>
    /// The geometric mean of the relative residuals after one step, by iterative reweighting: what a typical system sees,
    /// rather than the hardest ones. For the convex trainer.
    /// </summary>
    Geometric,
}
