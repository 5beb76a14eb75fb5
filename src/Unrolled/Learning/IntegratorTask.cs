namespace Unrolled.Learning;

/// <summary>One fit of a search for an integrator, not yet begun.</summary>
/// <param name="Phase">What is done, for progress bars: "tuning Tsitouras 5(4)".</param>
/// <param name="Origin">The method as it is before the fit, with the name, kind and layout that it has afterwards.</param>
/// <param name="Begin">Begins the fit, or goes on from a saved state; the caller disposes it.</param>
public sealed record IntegratorTask(string Phase, TrainedIntegrator Origin, Func<FitState?, IFitRounds> Begin)
{
    /// <summary>Runs the fit to its end.</summary>
    /// <param name="progress">Called after every round; null for none.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    /// <param name="cancellationToken">Ends the fit; the best so far is returned.</param>
    public TrainedIntegrator Run(Action<IFitRounds>? progress = null, FitState? state = null, CancellationToken cancellationToken = default)
    {
        using IFitRounds fit = Begin(state);
        bool more = !fit.Finished;
        while (more && !cancellationToken.IsCancellationRequested)
        {
            more = fit.Round(cancellationToken);
            progress?.Invoke(fit);
        }

        return Origin with { Coefficients = fit.BestCoefficients(), ValidationError = fit.BestError };
    }
}
