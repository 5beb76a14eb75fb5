using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>A deterministic Turing machine with one tape.</summary>
/// <remarks>
/// Symbol 0 is the blank; state 0 is <c>halt</c>, which has no actions. Where there is no action the machine is stuck, which is not an answer.
/// Immutable.
/// </remarks>
public sealed class TuringMachine
{
    /// <summary>The number of the state in which a machine has halted.</summary>
    public const int Halt = 0;

    /// <summary>The number of the blank symbol.</summary>
    public const int Blank = 0;

    /// <summary>The most symbols.</summary>
    public const int MostSymbols = 32;

    /// <summary>The most states, halt included.</summary>
    public const int MostStates = 1024;

    internal const string HaltName = "halt";

    private readonly char[] _symbols;
    private readonly string[] _states;
    private readonly TuringAction?[] _actions;

    /// <summary>Creates a machine.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="symbols">The symbols, the blank first: ASCII letters, digits or _.</param>
    /// <param name="states">The names of the states, <c>halt</c> first.</param>
    /// <param name="start">The number of the first state.</param>
    /// <param name="actions">The actions, the one of state q on symbol a at <c>q * symbols.Length + a</c>.</param>
    /// <exception cref="ArgumentException">A count or number is outside its range, or a name is not free.</exception>
    public TuringMachine(string name, ReadOnlySpan<char> symbols, ReadOnlySpan<string> states, int start, ReadOnlySpan<TuringAction?> actions)
    {
        ArgumentNullException.ThrowIfNull(name);
        (Name, _symbols, _states, Start, _actions) = (name, symbols.ToArray(), states.ToArray(), start, actions.ToArray());
        int s = _symbols.Length, q = _states.Length;
        Check(RuleNames.IsTitle(name), $"'{name}' cannot name a machine: expected 1 to {RuleNames.Longest} characters without # and line ends");
        Check(s is >= 2 and <= MostSymbols, $"the machine has {s} symbols, expected 2 to {MostSymbols}");
        Check(q is >= 2 and <= MostStates, $"the machine has {q} states with halt, expected 2 to {MostStates}");
        Check(_symbols.All(IsSymbol) && _symbols.Distinct().Count() == s, "the symbols are expected to be different ASCII letters, digits or _");
        Check(_states[Halt] == HaltName, $"the first state is '{_states[Halt]}', expected {HaltName}");
        Check(_states.All(IsStateName) && _states.Distinct().Count() == q, $"the states are expected to have different names of 1 to {RuleNames.Longest} ASCII letters, digits or _");
        Check(start > Halt && start < q, $"the machine starts in state {start}, expected 1 to {q - 1}");
        Check(_actions.Length == s * q, $"there are {_actions.Length} actions for {q} states and {s} symbols");
        for (int n = 0; n < _actions.Length; n++)
        {
            if (_actions[n] is (int next, int write, TuringMove move))
            {
                Check(n >= s, "halt has an action, expected none");
                Check((uint)next < (uint)q && (uint)write < (uint)s && move is TuringMove.Left or TuringMove.Stay or TuringMove.Right,
                    $"the action of state {n / s} on symbol {n % s} is {_actions[n]}, expected a state below {q} and a symbol below {s}");
            }
        }
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The symbols, the blank first.</summary>
    public ReadOnlySpan<char> Symbols => _symbols;

    /// <summary>The names of the states, <c>halt</c> first.</summary>
    public ReadOnlySpan<string> States => _states;

    /// <summary>The number of the first state.</summary>
    public int Start { get; }

    /// <summary>The action of a state on a symbol; null if there is none.</summary>
    public TuringAction? this[int state, int symbol]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)state, (uint)_states.Length, nameof(state));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)symbol, (uint)_symbols.Length, nameof(symbol));
            return _actions[(state * _symbols.Length) + symbol];
        }
    }

    /// <summary>Reads a machine from a text; the format is described at <see cref="TuringReader"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">The name of the text in messages.</param>
    /// <exception cref="InvalidInputException">The text is not a machine: names the first fault, with line and column.</exception>
    public static TuringMachine Parse(string text, string source = "machine") => TuringReader.Read(text, source);

    /// <summary>Reads a machine from a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or is not a machine.</exception>
    public static TuringMachine Read(string path) => TuringReader.ReadFile(path);

    /// <summary>The machine before its first step: the head on the first symbol of the input, blanks on both sides.</summary>
    /// <param name="input">Symbols of the machine.</param>
    /// <param name="left">Blank cells to the left.</param>
    /// <param name="right">Blank cells to the right.</param>
    /// <exception cref="InvalidInputException">The input has another symbol: names its column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of blank cells is negative, or there is no cell at all.</exception>
    public TuringConfiguration Load(string input, int left = 1, int right = 1)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        long cells = (long)left + input.Length + right;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cells, Array.MaxLength, nameof(right));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(cells, left, nameof(right));
        int[] tape = new int[cells];
        for (int j = 0; j < input.Length; j++)
        {
            int symbol = Array.IndexOf(_symbols, input[j]);
            tape[left + j] = symbol >= 0 ? symbol : throw new InvalidInputException(
                "input", 1, j + 1, $"'{input[j]}' is not a symbol of the machine {Name}; expected {string.Join(' ', _symbols)}");
        }

        return new TuringConfiguration(this, tape, left, Start);
    }

    /// <summary>The machine in the format of <see cref="TuringReader"/>.</summary>
    public override string ToString() => TuringWriter.Write(this);

    internal static bool IsSymbol(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    internal static bool IsStateName(string? name) => name is { Length: > 0 and <= RuleNames.Longest } && name.All(IsSymbol);

    private static void Check(bool holds, string fault)
    {
        if (!holds)
        {
            throw new ArgumentException(fault);
        }
    }
}
