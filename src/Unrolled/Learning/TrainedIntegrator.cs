using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>A method that a trainer tried: its coefficients and its error on the validation set.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Kind">Which family of methods it belongs to.</param>
/// <param name="Parent">The classical method that it began with.</param>
/// <param name="Stages">Evaluations of a step.</param>
/// <param name="Memory">Remembered stages, or the steps less one of a multistep method.</param>
/// <param name="Steps">The number of steps over the horizon.</param>
/// <param name="Coefficients">θ in the layout of the step of its kind.</param>
/// <param name="ValidationError">
/// Geometric mean over the validation set of the largest error of a trajectory; for step-conditioned methods its largest ratio to that of
/// the best classical method with as many stages, over the step sizes.
/// </param>
public sealed record TrainedIntegrator(
    string Name, IntegratorKind Kind, IFixedStepMethod Parent, int Stages, int Memory, int Steps, double[] Coefficients, double ValidationError)
{
    /// <summary>The order that the method has by construction.</summary>
    public int Order { get; init; } = 1;

    /// <summary>What the coefficients of a step-conditioned method mean; null for the other kinds.</summary>
    public StepConditionedForm? Form { get; init; }
}
