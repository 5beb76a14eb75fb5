namespace Unrolled.Learning;

/// <summary>The families of methods that <see cref="IntegratorTrainer"/> tries.</summary>
public enum IntegratorKind
{
    /// <summary>A Runge-Kutta method.</summary>
    RungeKutta,

    /// <summary>A two-step Runge-Kutta method.</summary>
    TwoStepRungeKutta,

    /// <summary>A multistep method.</summary>
    Multistep,
}
