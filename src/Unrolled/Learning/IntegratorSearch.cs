using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Looks for the best integrator of a form: which fits are made, in which order, and what they found. The caller runs the fits one by
/// one, so that it can show progress, save states and go on later.
/// </summary>
/// <remarks>
/// <see cref="IntegratorForm.Fitted"/>: the best classical tableaus at the budget are tuned, then the best of the tuned are given a
/// memory. <see cref="IntegratorForm.StepConditioned"/>: one fit for each of <see cref="StepConditionedTrainer.Parents"/>, with the number of
/// stages of the best classical tableau with two to four where none is asked for. <see cref="IntegratorForm.ExactOrder"/> and
/// <see cref="IntegratorForm.OneStep"/>: one fit for each of the best classical tableaus, of those with a coefficient that the order leaves
/// free where it is kept. <see cref="IntegratorForm.Multistep"/>: two to eight steps, each beginning with the weights of Adams-Bashforth
/// of the same order and of one and two orders below. What counts is the error on the validation set.
/// </remarks>
public sealed class IntegratorSearch
{
    private readonly IntegratorTrainer _trainer;
    private readonly IntegratorSearchOptions _options;
    private readonly List<IntegratorTask> _tasks;
    private readonly List<TrainedIntegrator> _found = [];
    private readonly int _planned;
    private readonly int _extensions;

    /// <summary>Measures the classical methods and plans the fits.</summary>
    /// <param name="trainer">Makes the fits.</param>
    /// <param name="options">Among which methods to look; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the measuring.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public IntegratorSearch(IntegratorTrainer trainer, IntegratorSearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        (_trainer, _options) = (trainer, options ?? new IntegratorSearchOptions());
        Classical = _options.Form == IntegratorForm.Multistep
            ? [.. Enumerable.Range(2, 7).Select(trainer.AdamsBashforth).OfType<TrainedIntegrator>().OrderBy(m => m.ValidationError)]
            : [.. trainer.Classical(cancellationToken).Where(m => (_options.Stages ?? m.Stages) == m.Stages)];
        TrainedIntegrator[] usable = [.. Classical.Where(m => double.IsFinite(m.ValidationError))];
        _tasks = [.. Plan(_options, usable)];
        _planned = _tasks.Count;
        _extensions = _options.Form == IntegratorForm.Fitted ? Math.Min(_options.Extensions, _planned) : 0;
    }

    /// <summary>The classical methods that were considered as parents, the best first.</summary>
    public IReadOnlyList<TrainedIntegrator> Classical { get; }

    /// <summary>How many fits there are.</summary>
    public int Count => _planned + _extensions;

    /// <summary>Whether every fit can be made without knowing what the others found.</summary>
    public bool IsIndependent => _extensions == 0;

    /// <summary>The fit to make now; null at the end.</summary>
    public IntegratorTask? Next => _found.Count < _tasks.Count ? _tasks[_found.Count] : null;

    /// <summary>What the fits found, the best first.</summary>
    public IReadOnlyList<TrainedIntegrator> Found => [.. _found.OrderBy(m => m.ValidationError)];

    /// <summary>Takes the result of <see cref="Next"/>.</summary>
    public void Add(TrainedIntegrator result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (Next is null)
        {
            throw new InvalidOperationException($"all {Count} fits were made");
        }

        _found.Add(result);
        if (_found.Count == _planned)
        {
            foreach (TrainedIntegrator method in Found.Take(_extensions))
            {
                // More memory helps little methods; the work grows with the square of the state.
                _tasks.Add(_trainer.Extend(method, Math.Min(method.Stages, method.Stages > 8 ? 4 : 6), _options.Fit));
            }
        }
    }

    /// <summary>Makes all fits; the best method, or null where there was none to fit.</summary>
    /// <param name="progress">Called after every round with the phase; null for none.</param>
    /// <param name="cancellationToken">Ends the search; what was found so far counts.</param>
    public TrainedIntegrator? Run(Action<string, IFitRounds>? progress = null, CancellationToken cancellationToken = default)
    {
        while (Next is { } task && !cancellationToken.IsCancellationRequested)
        {
            Add(task.Run(fit => progress?.Invoke(task.Phase, fit), null, cancellationToken));
        }

        return Found.FirstOrDefault();
    }

    private IEnumerable<IntegratorTask> Plan(IntegratorSearchOptions options, TrainedIntegrator[] usable) => options.Form switch
    {
        IntegratorForm.Multistep =>
            from parent in usable
            let k = parent.Coefficients.Length
            from order in Enumerable.Range(Math.Max(1, k - 2), k - Math.Max(1, k - 2) + 1).Reverse()
            select _trainer.TuneMultistep(parent, order, options.Fit),
        IntegratorForm.StepConditioned =>
            from best in usable.Where(m => options.Stages is not null || m.Stages is >= 2 and <= 4).Take(1)
            let trainer = _trainer.ForAllSteps(best.Stages, options.ParameterRanges)
            from parent in StepConditionedTrainer.Parents(best.Stages)
            select trainer.Tune(parent, options.Fit),
        IntegratorForm.ExactOrder =>
            usable.Where(m => OrderToKeep(m) is int order and >= 1 && OrderManifoldFit.HasFreedom(m.Coefficients, order)).Take(options.Parents).Select(m => _trainer.KeepOrder(m, OrderToKeep(m)!.Value, options.Fit)),
        IntegratorForm.OneStep => usable.Take(options.Parents).Select(m => _trainer.FitOneStep(m, options.OneStep, options.Fit)),
        _ => usable.Take(options.Parents).Select(m => _trainer.Tune(m, options.Fit)),
    };

    private int? OrderToKeep(TrainedIntegrator method) =>
        ((FixedStepRungeKutta)method.Parent).Tableau.Order is int own && (_options.Order ?? own - 1) is int order && order <= own ? order : null;
}
