using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// A network that maps noisy signals or images to clean ones: its structure and the layout of its parameters. Parameters are the
/// numbers that act (kernels, step sizes, fluxes), not those that a trainer turns; so a model file can be checked on its own.
/// </summary>
/// <remarks>Immutable.</remarks>
public abstract class FieldNetwork
{
    /// <summary>The name for tables.</summary>
    public abstract string Name { get; }

    /// <summary>What the network computes, with weights in the order of <see cref="WriteWeights"/>.</summary>
    public abstract FieldGraph Graph { get; }

    /// <summary>How many numbers it has: all of its parameters.</summary>
    public int ParameterCount => CreateParameters().Length;

    /// <summary>How far a pixel of the result looks.</summary>
    public int Radius => Graph.Radius;

    /// <summary>Parameters of the right layout, all 0.</summary>
    public abstract Parameters CreateParameters();

    /// <summary>Parameters to begin a training with.</summary>
    /// <param name="random">Draws what is random.</param>
    public abstract Parameters InitialParameters(RandomStream random);

    /// <summary>The weights of the graph for one noise level.</summary>
    /// <param name="parameters">The parameters of the network.</param>
    /// <param name="sigma">The standard deviation of the noise; networks for one level do not look at it.</param>
    /// <param name="weights">Receives the weights.</param>
    public virtual void WriteWeights(Parameters parameters, double sigma, Span<double> weights)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.Values.CopyTo(weights);
    }

    /// <summary>The noise levels at which weights of the graph have numbers of their own.</summary>
    internal virtual NoiseLevels Levels { get; } = new(1);

    /// <summary>Where the weights begin that depend on the noise level; those before are the same at all.</summary>
    internal virtual int LeveledWeights => Graph.WeightCount;

    /// <summary>The weights of the graph at one of the <see cref="Levels"/>; between two of them weights are interpolated.</summary>
    /// <param name="parameters">The parameters of the network.</param>
    /// <param name="level">The number of the level.</param>
    /// <param name="weights">Receives the weights.</param>
    internal virtual void WriteWeightsAt(Parameters parameters, int level, Span<double> weights) => WriteWeights(parameters, Levels.Nodes[level], weights);

    /// <summary>The adjoint of <see cref="WriteWeights"/>: adds the gradient of the parameters.</summary>
    /// <param name="weightGradient">The gradient with respect to the weights.</param>
    /// <param name="sigma">The noise level.</param>
    /// <param name="gradient">The gradient with respect to the parameters.</param>
    public virtual void AddGradient(ReadOnlySpan<double> weightGradient, double sigma, Parameters gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Kernels.Add(weightGradient, gradient.Values, gradient.Values);
    }

    /// <summary>The network ready to run at one noise level.</summary>
    public BoundGraph<T> Bind<T>(Parameters parameters, double sigma = 0)
        where T : struct, IFloatingPointIeee754<T>
    {
        double[] weights = new double[Graph.WeightCount];
        WriteWeights(parameters, sigma, weights);
        return Graph.Bind<T>(Array.ConvertAll(weights, T.CreateTruncating));
    }
}
