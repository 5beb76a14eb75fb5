using Unrolled.Problems;

namespace Unrolled.Deployment;

/// <summary>How the parameters of a model came about: enough to repeat the training bit for bit.</summary>
public sealed record TrainingRecord
{
    /// <summary>The seed of every random stream of the training.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The name of the trainer, such as <c>adam, l-bfgs</c> or <c>least squares</c>.</summary>
    public required string Trainer { get; init; }

    /// <summary>The seconds that the training took, all sessions of a resumed training together.</summary>
    public required double Seconds { get; init; }

    /// <summary>The loss at the end.</summary>
    public required double Loss { get; init; }

    /// <summary>How many problems of the family the training used.</summary>
    public required int Instances { get; init; }

    /// <summary>The version of the library that trained.</summary>
    public string LibraryVersion { get; init; } = typeof(TrainingRecord).Assembly.GetName().Version!.ToString(3);

    /// <summary>When the training ended.</summary>
    public DateTimeOffset Date { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>The options of the training, defaults that were used included.</summary>
    public Settings Settings { get; init; } = new("model", "training.settings");
}
