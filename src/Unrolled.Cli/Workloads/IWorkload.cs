using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads;

/// <summary>
/// A learnable method as the verbs offer it. An experiment and a model name it by <see cref="Method"/>; everything that
/// is special to it (its keys, its options, its tables and plots) is behind these calls, and a verb knows none of it.
/// </summary>
/// <remarks>
/// Wrong input is an <see cref="InvalidInputException"/> before anything is written. A call that is canceled throws
/// <see cref="OperationCanceledException"/>. Nothing is written to the console: results are returned, and what the user
/// should know meanwhile goes to the context.
/// </remarks>
internal interface IWorkload
{
    /// <summary>The word after <c>method:</c> in an experiment.</summary>
    string Method { get; }

    /// <summary>One line for <c>unrolled list</c>.</summary>
    string Summary { get; }

    /// <summary>The families of problems that it can be learned for.</summary>
    IReadOnlyList<Named> Families { get; }

    /// <summary>Its own options of <c>unrolled solve</c>.</summary>
    IReadOnlyList<WorkloadOption> SolveOptions { get; }

    /// <summary>Its own options of <c>unrolled compare</c>.</summary>
    IReadOnlyList<WorkloadOption> CompareOptions { get; }

    /// <summary>Trains. Reads every key, then calls <see cref="Settings.RequireAllKnown"/>, then begins.</summary>
    /// <param name="experiment">The whole experiment; overrides are in it, the seed is <c>training.seed</c>.</param>
    /// <param name="context">Where to write checkpoints and the log, and whether to resume from one.</param>
    /// <returns>The model; null where this process has done its part and another one goes on.</returns>
    LearnOutcome? Learn(Settings experiment, LearnContext context);

    /// <summary>Compares a model with classical methods at equal cost on problems that it was not trained on.</summary>
    Comparison Compare(Model model, CompareRequest request, WorkContext context);

    /// <summary>Applies a model to the user's own problem and writes the answer where the options say.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The options that were given, by their names without the dashes.</param>
    /// <param name="context">Threads, notes and cancellation.</param>
    SolveOutcome Solve(Model model, Settings options, WorkContext context);

    /// <summary>Its own options of <c>unrolled certify</c>; none by default.</summary>
    IReadOnlyList<WorkloadOption> CertifyOptions => [];

    /// <summary>
    /// The certificates of a model, recomputed from the model file alone (and the data files that its family names), in the order in which it
    /// stores them; null where the method cannot do that.
    /// </summary>
    IReadOnlyList<Certificate>? Certify(Model model, CertifyRequest request, WorkContext context) => null;

    /// <summary>The formats of <c>unrolled export</c> and what writes them; none by default.</summary>
    IReadOnlyList<(string Format, Exporter Write)> Exports => [];

    /// <summary>The model as a drawing in text for <c>unrolled show</c>; empty where there is nothing to draw.</summary>
    string Draw(Model model) => string.Empty;

    /// <summary>Adds the method's own sections (plots, tables, advice) to the report of a model, from what the model holds.</summary>
    void Report(Model model, HtmlReport report);
}
