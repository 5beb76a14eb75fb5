using System.Text;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>
/// Reads machines from text. One statement per line, <c>#</c> begins a comment:
/// <code>
/// machine parity
/// symbols _ 0 1                        one character each, the blank first
/// start even
/// even 0: even right                   in state even on symbol 0: go to state even, write nothing new, move right
/// even 1: odd right
/// even _: halt 0 stay                  write 0; halt is the state that ends the run
/// odd 0 1 _: halt 1 stay               several symbols
/// </code>
/// States are the names that have lines of their own. A pair without a line is where the machine gets stuck.
/// </summary>
/// <remarks>Texts of at most 1 MiB, 32 symbols, 1024 states.</remarks>
internal sealed class TuringReader
{
    public const string Machine = "machine", Symbols = "symbols", Start = "start";

    private const int LargestText = 1 << 20;

    private readonly RuleScanner _scanner;
    private readonly List<char> _symbols = [];
    private readonly List<string> _states = [TuringMachine.HaltName];
    private readonly List<RuleScanner.Place> _firstUses = [default];
    private readonly List<int> _withLines = [TuringMachine.Halt];
    private readonly Dictionary<(int State, int Symbol), TuringAction> _actions = [];

    private TuringReader(byte[] text, string source) => _scanner = new RuleScanner(text, source);

    public static string NameOf(TuringMove move) => move switch { TuringMove.Left => "left", TuringMove.Right => "right", _ => "stay" };

    public static TuringMachine Read(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(source);
        return Read(Encoding.UTF8.GetBytes(text), source);
    }

    public static TuringMachine ReadFile(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    public static TuringMachine Read(Stream stream, string source)
    {
        byte[] text = new byte[LargestText + 1];
        int length;
        try
        {
            length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(source, $"the file cannot be read: {e.Message}", e);
        }

        return Read(text[..length], source);
    }

    public static TuringMachine Read(byte[] text, string source) => text.Length > LargestText
        ? throw new InvalidInputException(source, $"a machine has at most {LargestText} bytes, this text has more")
        : new TuringReader(text, source).ReadMachine();

    private TuringMachine ReadMachine()
    {
        _scanner.SkipLines();
        Keyword(Machine);
        string name = _scanner.RestOfLine();
        if (!RuleNames.IsTitle(name))
        {
            throw _scanner.Fault($"expected a name of 1 to {RuleNames.Longest} characters after '{Machine}'");
        }

        _scanner.SkipLines();
        Keyword(Symbols);
        ReadSymbols();
        _scanner.SkipLines();
        Keyword(Start);
        int start = State();
        if (start == TuringMachine.Halt)
        {
            throw _scanner.Fault($"the machine starts in {TuringMachine.HaltName}, expected a state that does something");
        }

        _scanner.RequireLineEnd();
        while (_scanner.SkipLines())
        {
            ReadActions();
        }

        RequireLines();
        int[] numbers = new int[_states.Count]; // states are numbered by their lines, so that a text that was written is read to the same numbers
        foreach ((int at, int state) in _withLines.Index())
        {
            numbers[state] = at;
        }

        var actions = new TuringAction?[_states.Count * _symbols.Count];
        foreach (((int state, int symbol), TuringAction action) in _actions)
        {
            actions[(numbers[state] * _symbols.Count) + symbol] = action with { Next = numbers[action.Next] };
        }

        return new TuringMachine(name, _symbols.ToArray(), [.. _withLines.Select(s => _states[s])], numbers[start], actions);
    }

    private void ReadSymbols()
    {
        while (!_scanner.AtLineEnd())
        {
            string word = _scanner.Word();
            if (word.Length != 1)
            {
                throw _scanner.Fault($"'{word}' is not a symbol: expected one letter, digit or _");
            }

            if (_symbols.Contains(word[0]))
            {
                throw _scanner.Fault($"the symbol '{word}' is given twice");
            }

            _symbols.Add(word[0]);
            if (_symbols.Count > TuringMachine.MostSymbols)
            {
                throw _scanner.Fault($"a machine has at most {TuringMachine.MostSymbols} symbols");
            }
        }

        if (_symbols.Count < 2)
        {
            throw _scanner.FaultHere($"expected at least 2 symbols, the blank first, found {_symbols.Count}");
        }
    }

    private void ReadActions()
    {
        int state = State();
        if (state == TuringMachine.Halt)
        {
            throw _scanner.Fault($"{TuringMachine.HaltName} ends the run and has no lines");
        }

        var read = new List<(int Symbol, RuleScanner.Place Place)>();
        do
        {
            read.Add((Symbol(_scanner.Word()), _scanner.Here));
        }
        while (!_scanner.Take(':'));
        int next = State();
        string word = _scanner.Word();
        TuringMove? move = MoveOf(word);
        int write = -1;
        if (move is null)
        {
            write = Symbol(word, "left, right, stay or ");
            word = _scanner.Word();
            move = MoveOf(word) ?? throw _scanner.Fault($"'{word}' is not a move: expected left, right or stay");
        }

        _scanner.RequireLineEnd();
        if (!_withLines.Contains(state))
        {
            _withLines.Add(state);
        }

        foreach ((int symbol, RuleScanner.Place place) in read)
        {
            if (!_actions.TryAdd((state, symbol), new TuringAction(next, write < 0 ? symbol : write, move.Value)))
            {
                throw _scanner.FaultAt(place, $"state '{_states[state]}' on symbol '{_symbols[symbol]}' is given twice");
            }
        }
    }

    /// <summary>A state without a line is a slip of the pen.</summary>
    private void RequireLines()
    {
        for (int q = 0; q < _states.Count; q++)
        {
            if (!_withLines.Contains(q))
            {
                string? near = Spelling.Nearest(_states[q], _withLines.Select(s => _states[s]));
                throw _scanner.FaultAt(_firstUses[q], $"state '{_states[q]}' has no line{(near is null ? string.Empty : $" (did you mean '{near}'?)")}");
            }
        }
    }

    private int State()
    {
        string name = _scanner.Word();
        if (!TuringMachine.IsStateName(name))
        {
            throw _scanner.Fault($"'{name}' cannot name a state: expected at most {RuleNames.Longest} letters, digits or _");
        }

        int state = _states.IndexOf(name);
        if (state < 0)
        {
            if (_states.Count == TuringMachine.MostStates)
            {
                throw _scanner.Fault($"a machine has at most {TuringMachine.MostStates} states");
            }

            state = _states.Count;
            _states.Add(name);
            _firstUses.Add(_scanner.Here);
        }

        return state;
    }

    private int Symbol(string word, string or = "")
    {
        int symbol = word.Length == 1 ? _symbols.IndexOf(word[0]) : -1;
        return symbol >= 0 ? symbol : throw _scanner.Fault($"'{word}' is not a symbol: expected {or}one of {string.Join(' ', _symbols)}");
    }

    private static TuringMove? MoveOf(string word) => word switch { "left" => TuringMove.Left, "right" => TuringMove.Right, "stay" => TuringMove.Stay, _ => null };

    private void Keyword(string word)
    {
        string found = _scanner.Word();
        if (found != word)
        {
            throw _scanner.Fault($"expected '{word}', found '{found}'");
        }
    }
}
