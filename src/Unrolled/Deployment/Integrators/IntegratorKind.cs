namespace Unrolled.Deployment.Integrators;

/// <summary>The kinds of methods that a <see cref="LearnedIntegrator"/> can be.</summary>
public enum IntegratorKind
{
    /// <summary>A Runge-Kutta method with fixed coefficients.</summary>
    RungeKutta,

    /// <summary>A two-step Runge-Kutta method.</summary>
    TwoStepRungeKutta,

    /// <summary>A multistep method of Adams' form.</summary>
    Multistep,

    /// <summary>A Runge-Kutta method whose coefficients depend on the step size.</summary>
    StepConditioned,
}
