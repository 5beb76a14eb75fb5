using Unrolled.Problems;

namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>A tape of finite length, the head on it, and the state of a machine.</summary>
/// <remarks>Mutable; one thread at a time. A step allocates nothing.</remarks>
public sealed class TuringConfiguration
{
    private const int Nowhere = -1;

    private readonly int[] _tape;

    internal TuringConfiguration(TuringMachine machine, int[] tape, int head, int state) => (Machine, _tape, Head, State) = (machine, tape, head, state);

    /// <summary>The machine.</summary>
    public TuringMachine Machine { get; }

    /// <summary>The numbers of the symbols on the tape.</summary>
    public ReadOnlySpan<int> Tape => _tape;

    /// <summary>The cell of the head, from 0; -1 after it has left the tape.</summary>
    public int Head { get; private set; }

    /// <summary>The number of the state; -1 after the head has left the tape.</summary>
    public int State { get; private set; }

    /// <summary>How the run stands.</summary>
    public TuringOutcome Outcome => Head == Nowhere ? TuringOutcome.LeftTape
        : State == TuringMachine.Halt ? TuringOutcome.Halted
        : Machine[State, _tape[Head]] is null ? TuringOutcome.Stuck : TuringOutcome.Running;

    /// <summary>The symbol under the head: the answer of machines that decide.</summary>
    /// <exception cref="InvalidOperationException">The machine has not halted.</exception>
    public char Answer => Outcome == TuringOutcome.Halted ? Machine.Symbols[_tape[Head]] : throw new InvalidOperationException($"the machine has no answer: {Outcome}");

    /// <summary>Takes one step; returns false, and does nothing, if the run has ended.</summary>
    public bool Step()
    {
        if (Head == Nowhere || State == TuringMachine.Halt || Machine[State, _tape[Head]] is not TuringAction action)
        {
            return false;
        }

        _tape[Head] = action.Write;
        (State, Head) = (action.Next, Head + (int)action.Move);
        if ((uint)Head >= (uint)_tape.Length)
        {
            (State, Head) = (Nowhere, Nowhere);
        }

        return true;
    }

    /// <summary>Runs until the end or the limit; returns the number of steps.</summary>
    /// <param name="limit">The most steps.</param>
    public long Run(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        long steps = 0;
        while (steps < limit && Step())
        {
            steps++;
        }

        return steps;
    }

    /// <summary>A copy.</summary>
    public TuringConfiguration Copy() => new(Machine, (int[])_tape.Clone(), Head, State);

    /// <summary>Whether tape, head and state are the same.</summary>
    public bool SameAs(TuringConfiguration other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Head, State) == (other.Head, other.State) && _tape.AsSpan().SequenceEqual(other._tape);
    }

    /// <summary>The symbols of the tape.</summary>
    public string Content() => string.Create(_tape.Length, this, (text, c) =>
    {
        for (int j = 0; j < text.Length; j++)
        {
            text[j] = c.Machine.Symbols[c._tape[j]];
        }
    });

    /// <summary>The tape with the state before the cell of the head: <c>_01[odd]1_</c>.</summary>
    public override string ToString() => Head == Nowhere ? Content() : Content().Insert(Head, $"[{Machine.States[State]}]");
}
