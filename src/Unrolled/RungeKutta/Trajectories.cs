using System.Globalization;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>The result of integrating a batch: states at the checkpoints, and for every instance how it ended.</summary>
public sealed class Trajectories
{
    private readonly double[] _times;
    private readonly IntegrationOutcome _completed;
    private IntegrationOutcome[]? _outcomes;

    internal Trajectories(string method, double[] times, Batch states, Batch last, IntegrationOutcome[] outcomes, TimeSpan elapsed)
    {
        (Method, _times, States, Last, _outcomes, Elapsed) = (method, times, states, last, outcomes, elapsed);
        Components = last.Components;
    }

    /// <summary>Every instance reached the end in the same way: the list of outcomes is written when it is asked for.</summary>
    internal Trajectories(string method, double[] times, Batch states, IntegrationOutcome completed, int components, TimeSpan elapsed)
    {
        (Method, _times, States, _completed, Components, Elapsed) = (method, times, states, completed, components, elapsed);
        Last = states.Part(states.Length - (components * states.Instances), components, states.Instances);
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

    /// <summary>The last good state of every instance, at the time of its outcome; the same memory as the end of <see cref="States"/> where all completed.</summary>
    public Batch Last { get; }

    /// <summary>How every instance ended.</summary>
    public ReadOnlySpan<IntegrationOutcome> Outcomes => All();

    /// <summary>The time of the whole run.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>How many instances reached the end.</summary>
    public int CompletedCount => _outcomes?.Count(o => o.Termination == IntegrationTermination.Completed) ?? Instances;

    /// <summary>Whether every instance reached the end.</summary>
    public bool Completed => CompletedCount == Instances;

    /// <summary>One number.</summary>
    public double this[int checkpoint, int component, int instance] => States[(checkpoint * Components) + component, instance];

    /// <summary>A component of all instances at a checkpoint.</summary>
    public ReadOnlySpan<double> Row(int checkpoint, int component) => States.Row((checkpoint * Components) + component);

    /// <summary>Returns these trajectories, or throws when an instance did not reach the end.</summary>
    /// <exception cref="IntegrationException">At least one instance did not complete.</exception>
    public Trajectories EnsureCompleted()
    {
        if (Completed)
        {
            return this;
        }

        int first = Array.FindIndex(All(), o => o.Termination != IntegrationTermination.Completed);
        IntegrationOutcome outcome = All()[first];
        string which = Instances == 1 ? string.Empty : $"{Instances - CompletedCount} of {Instances} instances did not complete; instance {first}: ";
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{which}{outcome.Termination.Message()} (at time {outcome.Time:g6} after {outcome.Steps} steps of {Method})");
        string remedy = outcome.Termination.Remedy();
        throw new IntegrationException(remedy.Length == 0 ? text : $"{text}; {remedy}", this);
    }

    // Two threads that ask at once write equal lists.
    private IntegrationOutcome[] All()
    {
        if (_outcomes is null)
        {
            IntegrationOutcome[] all = new IntegrationOutcome[Instances];
            Array.Fill(all, _completed);
            _outcomes = all;
        }

        return _outcomes;
    }
}
