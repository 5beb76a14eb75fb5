namespace Unrolled.Newton;

/// <summary>A learned step for nonlinear systems, with or without curvature: what a safeguard, a trainer and a model file need of it.</summary>
public interface ILearnedStep
{
    /// <summary>The weights.</summary>
    LearnedCoefficients Coefficients { get; }

    /// <summary>The part to which the residual must fall in every step; infinite where nothing is demanded.</summary>
    double Rate { get; }
}
