namespace Unrolled.RungeKutta;

/// <summary>Thrown by <see cref="Trajectories.EnsureCompleted"/>; it carries the trajectories with the last good states.</summary>
public sealed class IntegrationException : Exception
{
    internal IntegrationException(string message, Trajectories trajectories)
        : base(message) => Trajectories = trajectories;

    /// <summary>What was integrated.</summary>
    public Trajectories Trajectories { get; }
}
