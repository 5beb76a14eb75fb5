namespace Unrolled.Learning;

/// <summary>What an integrator may give up for a small error: the forms of methods that <see cref="IntegratorSearch"/> looks among.</summary>
public enum IntegratorForm
{
    /// <summary>All coefficients are free at one step size, with and without memory: the smallest error there, and no order beyond one.</summary>
    Fitted,

    /// <summary>The coefficients depend on the step size so that the order of the parent is kept.</summary>
    StepConditioned,

    /// <summary>Fixed coefficients that fulfil the conditions of an order exactly.</summary>
    ExactOrder,

    /// <summary>Adams' form with learned weights: one evaluation a step.</summary>
    Multistep,

    /// <summary>Fixed coefficients fitted to single steps and Taylor coefficients, the objective of RK-NN.</summary>
    OneStep,
}
