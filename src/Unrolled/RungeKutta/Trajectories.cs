using System.Globalization;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>The result of integrating a batch: states at the checkpoints, and for every instance how it ended.</summary>
public sealed class Trajectories
{
    private readonly double[] _times;
    private readonly IntegrationOutcome[] _outcomes;

    internal Trajectories(string method, double[] times, Batch states, Batch last, IntegrationOutcome[] outcomes, TimeSpan elapsed)
    {
        (Method, _times, States, Last, _outcomes, Elapsed) = (method, times, states, last, outcomes, elapsed);
        Components = last.Components;
    }

    /// <summary>The name of the method.</summary>
    public string Method { get; }

    /// <summary>The number of states of an instance.</summary>
    public int Components { get; }

    /// <summary>The number of instances.</summary>
    public int Instances => Last.Instances;

    /// <summary>The times of the checkpoints; the last one is the end of the interval.</summary>
    public ReadOnlySpan<double> Times => _times;

    /// <summary>All states: component i at checkpoint c is row <c>c*Components + i</c>; undefined numbers where an instance did not get there.</summary>
    public Batch States { get; }

    /// <summary>The last good state of every instance, at the time of its outcome.</summary>
    public Batch Last { get; }

    /// <summary>How every instance ended.</summary>
    public ReadOnlySpan<IntegrationOutcome> Outcomes => _outcomes;

    /// <summary>The time of the whole run.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>How many instances reached the end.</summary>
    public int CompletedCount => _outcomes.Count(o => o.Termination == IntegrationTermination.Completed);

    /// <summary>Whether every instance reached the end.</summary>
    public bool Completed => CompletedCount == _outcomes.Length;

    /// <summary>One number.</summary>
    public double this[int checkpoint, int component, int instance] => States[(checkpoint * Components) + component, instance];

    /// <summary>A component of all instances at a checkpoint.</summary>
    public ReadOnlySpan<double> Row(int checkpoint, int component) => States.Row((checkpoint * Components) + component);

    /// <summary>Returns these trajectories, or throws when an instance did not reach the end.</summary>
    /// <exception cref="IntegrationException">At least one instance did not complete.</exception>
    public Trajectories EnsureCompleted()
    {
        int first = Array.FindIndex(_outcomes, o => o.Termination != IntegrationTermination.Completed);
        if (first < 0)
        {
            return this;
        }

        IntegrationOutcome outcome = _outcomes[first];
        string which = Instances == 1 ? string.Empty : $"{Instances - CompletedCount} of {Instances} instances did not complete; instance {first}: ";
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{which}{outcome.Termination.Message()} (at time {outcome.Time:g6} after {outcome.Steps} steps of {Method})");
        string remedy = outcome.Termination.Remedy();
        throw new IntegrationException(remedy.Length == 0 ? text : $"{text}; {remedy}", this);
    }
}
