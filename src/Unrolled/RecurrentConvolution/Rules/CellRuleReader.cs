using System.Text;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// Reads rules from text. One statement per line, <c>#</c> begins a comment, lines go on inside brackets:
/// <code>
/// rule sieve
/// bits s p q c e
/// E = e                                what the cell sees may have a name: a bit of its own,
/// P = p(up)                            a neighbor's bit, in(DIRECTION) for "there is a cell"
/// t = E &amp; s                            a part that is used more than once may have one, too
/// p' = P | t                           the next value of every bit: ~ before &amp; before ^ before |
/// s' = s ^ (P &amp; c')                     the next value of a bit from a line above
/// q' = table(E, s, P)[0001 0111]       a truth table: the first input is the fastest
/// </code>
/// Directions are up-left, up, up-right, left, right, down-left, down, down-right. Outside the grid all bits are 0.
/// </summary>
/// <remarks>Texts of at most 1 MiB; at most 32 bits, 64 inputs, 16 inputs per table, 200 open brackets.</remarks>
internal sealed class CellRuleReader
{
    public const int LargestText = 1 << 20;

    private const int DeepestNesting = 200;

    private readonly RuleScanner _scanner;
    private readonly List<string> _bits = [];
    private readonly List<(string Name, CellInput Input)> _inputs = [];
    private readonly Dictionary<string, GateExpression> _parts = [];
    private GateExpression?[] _next = [];
    private int _depth;

    private CellRuleReader(byte[] text, string source) => _scanner = new RuleScanner(text, source);

    public static CellRule Read(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(source);
        return Read(Encoding.UTF8.GetBytes(text), source);
    }

    public static CellRule ReadFile(string path)
    {
        using FileStream stream = InputFile.Open(path);
        byte[] text = new byte[LargestText + 1];
        int length;
        try
        {
            length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(path, $"the file cannot be read: {e.Message}", e);
        }

        return Read(text[..length], path);
    }

    public static CellRule Read(byte[] text, string source) => text.Length > LargestText
        ? throw new InvalidInputException(source, $"a rule has at most {LargestText} bytes, this text has more")
        : new CellRuleReader(text, source).ReadRule();

    private CellRule ReadRule()
    {
        _scanner.SkipLines();
        Keyword(RuleNames.Rule);
        string name = _scanner.RestOfLine();
        if (!RuleNames.IsTitle(name))
        {
            throw _scanner.Fault($"expected a name of 1 to {RuleNames.Longest} characters after 'rule'");
        }

        _scanner.SkipLines();
        Keyword(RuleNames.Bits);
        while (!_scanner.AtLineEnd())
        {
            string bit = FreeName("a bit");
            if (_bits.Count == CellRule.MostBits)
            {
                throw _scanner.Fault($"a rule has at most {CellRule.MostBits} bits");
            }

            _bits.Add(bit);
        }

        if (_bits.Count == 0)
        {
            throw _scanner.FaultHere("expected the names of the bits");
        }

        _next = new GateExpression?[_bits.Count];
        while (_scanner.SkipLines())
        {
            ReadStatement();
        }

        int missing = Array.IndexOf(_next, null);
        return missing >= 0
            ? throw _scanner.FaultHere($"the text ends without {_bits[missing]}' = ..., the next value of the bit {_bits[missing]}")
            : new CellRule(name, _bits.ToArray(), _inputs.ToArray(), _next!);
    }

    private void ReadStatement()
    {
        string name = _scanner.Word();
        RuleScanner.Place start = _scanner.Here;
        if (_scanner.Take('\''))
        {
            int bit = _bits.IndexOf(name);
            if (bit < 0)
            {
                throw _scanner.FaultAt(start, $"there is no bit '{name}'{Meant(name, _bits)}; the bits are {string.Join(", ", _bits)}");
            }

            if (_next[bit] is not null)
            {
                throw _scanner.FaultAt(start, $"{name}' is given twice");
            }

            _scanner.Require('=');
            _next[bit] = ReadOr();
        }
        else
        {
            RequireFree(name, "this line");
            RuleScanner.Place place = _scanner.Here;
            _scanner.Require('=');
            GateExpression part = ReadOr();
            if (part.Kind == GateKind.Input)
            {
                (string before, CellInput input) = _inputs[part.Index];
                if (RuleNames.IsFree(before) && !_bits.Contains(before))
                {
                    throw _scanner.FaultAt(place, $"{RuleNames.Of(input, _bits.ToArray())} already has the name {before}");
                }

                _inputs[part.Index] = (name, input);
            }

            _parts.Add(name, part);
        }

        _scanner.RequireLineEnd();
    }

    private GateExpression ReadOr()
    {
        GateExpression left = ReadXor();
        while (_scanner.Take('|'))
        {
            left |= ReadXor();
        }

        return left;
    }

    private GateExpression ReadXor()
    {
        GateExpression left = ReadAnd();
        while (_scanner.Take('^'))
        {
            left ^= ReadAnd();
        }

        return left;
    }

    private GateExpression ReadAnd()
    {
        GateExpression left = ReadFactor();
        while (_scanner.Take('&'))
        {
            left &= ReadFactor();
        }

        return left;
    }

    private GateExpression ReadFactor()
    {
        int complements = 0;
        while (_scanner.Take('~'))
        {
            complements++;
        }

        GateExpression factor = _scanner.Take('(') ? ReadBracket() : _scanner.TakeDigit() is bool constant ? GateExpression.Constant(constant) : ReadNamed();
        for (; complements > 0; complements--)
        {
            factor = ~factor;
        }

        return factor;
    }

    private GateExpression ReadBracket()
    {
        Enter();
        GateExpression inner = ReadOr();
        _scanner.Require(')');
        _depth--;
        return inner;
    }

    private GateExpression ReadNamed()
    {
        string name = _scanner.Word();
        RuleScanner.Place place = _scanner.Here;
        if (name == RuleNames.Table)
        {
            return ReadTable();
        }

        int bit = name == RuleNames.Inside ? CellInput.Inside : _bits.IndexOf(name);
        if (_parts.TryGetValue(name, out GateExpression? part))
        {
            return part;
        }

        if (bit < 0 && name != RuleNames.Inside)
        {
            throw _scanner.Fault($"'{name}' is not known here{Meant(name, [.. _bits, .. _parts.Keys])}");
        }

        if (bit >= 0 && _scanner.Take('\''))
        {
            return _next[bit] ?? throw _scanner.FaultAt(place, $"{name}' is used above the line that gives it");
        }

        var input = new CellInput(bit);
        if (_scanner.Take('('))
        {
            string direction = _scanner.Direction();
            int at = CellInput.Directions.IndexOf(direction);
            if (at < 0 || direction.Length == 0)
            {
                throw _scanner.Fault($"'{direction}' is not a direction; expected up-left, up, up-right, left, right, down-left, down or down-right");
            }

            _scanner.Require(')');
            input = new CellInput(bit, (at / 3) - 1, (at % 3) - 1);
        }

        int index = _inputs.FindIndex(i => i.Input == input);
        if (index < 0)
        {
            index = _inputs.Count;
            if (index == CellRule.MostInputs)
            {
                throw _scanner.FaultAt(place, $"a rule has at most {CellRule.MostInputs} inputs");
            }

            _inputs.Add((RuleNames.Of(input, _bits.ToArray()), input));
        }

        return GateExpression.Input(index);
    }

    private GateExpression ReadTable()
    {
        Enter();
        _scanner.Require('(');
        var operands = new List<GateExpression>();
        do
        {
            operands.Add(ReadOr());
            if (operands.Count > TruthTable.MostInputs)
            {
                throw _scanner.FaultHere($"a table has at most {TruthTable.MostInputs} inputs");
            }
        }
        while (_scanner.Take(','));
        _scanner.Require(')');
        _scanner.Require('[');
        var rows = new List<bool>();
        while (_scanner.TakeDigit() is bool value)
        {
            rows.Add(value);
        }

        if (rows.Count != 1 << operands.Count)
        {
            throw _scanner.FaultHere($"the table has {rows.Count} rows of 0 or 1, expected {1 << operands.Count} for its {operands.Count} inputs");
        }

        _scanner.Require(']');
        _depth--;
        return GateExpression.Lookup(new TruthTable(operands.Count, row => rows[row]), operands.ToArray());
    }

    private void Enter()
    {
        if (++_depth > DeepestNesting)
        {
            throw _scanner.FaultHere($"more than {DeepestNesting} brackets are open");
        }
    }

    private void Keyword(string word)
    {
        string found = _scanner.Word();
        if (found != word)
        {
            throw _scanner.Fault($"expected '{word}', found '{found}'");
        }
    }

    private string FreeName(string what)
    {
        string name = _scanner.Word();
        RequireFree(name, what);
        return name;
    }

    private void RequireFree(string name, string what)
    {
        if (!RuleNames.IsFree(name))
        {
            throw _scanner.Fault($"'{name}' cannot name {what}: expected at most {RuleNames.Longest} letters, digits or _, and no word of the format");
        }

        if (_bits.Contains(name) || _parts.ContainsKey(name))
        {
            throw _scanner.Fault($"the name '{name}' is taken twice");
        }
    }

    private static string Meant(string name, IEnumerable<string> known) => Spelling.Nearest(name, known) is string near ? $" (did you mean '{near}'?)" : string.Empty;
}
