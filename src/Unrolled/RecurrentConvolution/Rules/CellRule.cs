using System.Text;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// A cellular rule: every cell of a grid holds k bits, and all cells at once replace them by Boolean functions of bits in their 3x3
/// neighborhood. The rule is the same for all cells, steps and grid sizes.
/// </summary>
/// <remarks>
/// <para><c>bit_b'(i, j) = Next_b(inputs)</c>, where input n is the bit <c>Inputs[n].Bit</c> of the cell at
/// <c>(i + RowOffset, j + ColumnOffset)</c>; outside the grid all bits are 0.</para>
/// <para>A rule compiles exactly to a convolution with one hidden layer of ReLU (<see cref="Compile"/>). Immutable.</para>
/// </remarks>
public sealed class CellRule
{
    /// <summary>The most bits of a cell.</summary>
    public const int MostBits = 32;

    /// <summary>The most inputs of a rule.</summary>
    public const int MostInputs = 64;

    private readonly string[] _bits;
    private readonly CellInput[] _inputs;
    private readonly string[] _inputNames;
    private readonly GateExpression[] _next;
    private PlaneProgram? _planes;

    /// <summary>Creates a rule.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="bits">The names of the bits of a cell.</param>
    /// <param name="inputs">What a cell sees, each with a name.</param>
    /// <param name="next">The next value of every bit, as a function of the inputs.</param>
    /// <exception cref="ArgumentException">There are too many bits or inputs, a name is taken twice, an input is outside the 3x3
    /// neighborhood or of an unknown bit, or a function uses an input that is not there.</exception>
    public CellRule(string name, ReadOnlySpan<string> bits, ReadOnlySpan<(string Name, CellInput Input)> inputs, ReadOnlySpan<GateExpression> next)
    {
        ArgumentNullException.ThrowIfNull(name);
        Check(RuleNames.IsTitle(name), $"'{name}' cannot name a rule: expected 1 to {RuleNames.Longest} characters without # and line ends");
        Name = name;
        _bits = bits.ToArray();
        _inputs = new CellInput[inputs.Length];
        _inputNames = new string[inputs.Length];
        _next = next.ToArray();
        Check(_bits.Length is >= 1 and <= MostBits, $"the rule has {_bits.Length} bits, expected 1 to {MostBits}");
        Check(inputs.Length <= MostInputs, $"the rule has {inputs.Length} inputs, expected at most {MostInputs}");
        Check(_next.Length == _bits.Length, $"the rule has {_next.Length} functions for {_bits.Length} bits");
        var taken = new Dictionary<string, CellInput>();
        for (int b = 0; b < _bits.Length; b++)
        {
            Check(RuleNames.IsFree(_bits[b]), $"'{_bits[b]}' cannot name a bit: expected a letter, then letters, digits or _, and no word of the format");
            Check(taken.TryAdd(_bits[b], new CellInput(b)), $"the name '{_bits[b]}' is taken twice");
        }

        for (int n = 0; n < inputs.Length; n++)
        {
            (_inputNames[n], _inputs[n]) = inputs[n];
            (int bit, int row, int column) = _inputs[n];
            Check(bit >= CellInput.Inside && bit < _bits.Length, $"input {n} is bit {bit} of {_bits.Length}");
            Check(Math.Abs(row) <= 1 && Math.Abs(column) <= 1, $"input {n} is at ({row}, {column}), expected offsets from -1 to 1");
            Check(Array.IndexOf(_inputs, _inputs[n]) == n, $"input {n} is the same as input {Array.IndexOf(_inputs, _inputs[n])}");
            string plain = RuleNames.Of(_inputs[n], _bits);
            Check(_inputNames[n] == plain || RuleNames.IsFree(_inputNames[n]), $"'{_inputNames[n]}' cannot name the input {plain}");
            Check(taken.TryAdd(_inputNames[n], _inputs[n]) || taken[_inputNames[n]] == _inputs[n], $"the name '{_inputNames[n]}' is taken twice");
        }

        foreach (GateExpression node in GateExpression.Order(_next))
        {
            Check(node.Kind != GateKind.Input || node.Index < _inputs.Length, $"a function uses input {node.Index} of {_inputs.Length}");
        }
    }

    /// <summary>What the rule is called.</summary>
    public string Name { get; }

    /// <summary>The names of the bits of a cell.</summary>
    public ReadOnlySpan<string> Bits => _bits;

    /// <summary>What a cell sees.</summary>
    public ReadOnlySpan<CellInput> Inputs => _inputs;

    /// <summary>The names of the inputs.</summary>
    public ReadOnlySpan<string> InputNames => _inputNames;

    /// <summary>The next value of every bit.</summary>
    public ReadOnlySpan<GateExpression> Next => _next;

    /// <summary>The number of different two-input gates. Negations are free, a part that is used twice counts once, and a table counts
    /// as its multiplexers of three gates.</summary>
    public int Gates => Circuit.Of(_next).Gates;

    /// <summary>The rule for engines on bit planes, made when first asked for.</summary>
    internal PlaneProgram Planes => LazyInitializer.EnsureInitialized(ref _planes, () => new PlaneProgram(this));

    /// <summary>Reads a rule from a text; the format is described at <see cref="CellRuleReader"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">The name of the text in messages.</param>
    /// <exception cref="InvalidInputException">The text is not a rule: names the first fault, with line and column.</exception>
    public static CellRule Parse(string text, string source = "rule") => CellRuleReader.Read(text, source);

    /// <summary>Reads a rule from a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or is not a rule.</exception>
    public static CellRule Read(string path) => CellRuleReader.ReadFile(path);

    /// <summary>The number of a bit by its name.</summary>
    /// <exception cref="ArgumentException">There is no such bit.</exception>
    public int Bit(string name)
    {
        int bit = Array.IndexOf(_bits, name);
        Check(bit >= 0, $"there is no bit '{name}'; the rule has {string.Join(", ", _bits)}");
        return bit;
    }

    /// <summary>The next bits of a cell, bit 0 lowest, from its inputs, input 0 lowest.</summary>
    public uint Evaluate(ulong inputs) => new GateEvaluator(_next).Evaluate(inputs);

    /// <summary>The same rule with every function as one truth table over the inputs that it depends on.</summary>
    /// <exception cref="ArgumentException">A function uses more than <see cref="TruthTable.MostInputs"/> inputs.</exception>
    public CellRule ToTables()
    {
        var next = new GateExpression[_next.Length];
        for (int b = 0; b < next.Length; b++)
        {
            (TruthTable table, int[] inputs) = Tabulation.Of(_next[b], $"{_bits[b]}'");
            next[b] = GateExpression.Lookup(table, [.. inputs.Select(GateExpression.Input)]);
        }

        return With(next);
    }

    /// <summary>A rule with the same bits and inputs and other functions.</summary>
    public CellRule With(ReadOnlySpan<GateExpression> next)
    {
        var inputs = new (string, CellInput)[_inputs.Length];
        for (int n = 0; n < inputs.Length; n++)
        {
            inputs[n] = (_inputNames[n], _inputs[n]);
        }

        return new CellRule(Name, _bits, inputs, next);
    }

    /// <summary>
    /// The rule as a convolution with one hidden layer of ReLU and integer weights, exact on every configuration. Every hidden unit is
    /// a conjunction <c>r(sum of literals - (number of literals - 1))</c>; conjunctions of one output exclude each other.
    /// </summary>
    /// <remarks>At most as many units as the tables have rows with 1, and one for <c>in</c>.</remarks>
    /// <exception cref="ArgumentException">A function uses more than <see cref="TruthTable.MostInputs"/> inputs.</exception>
    public ReluFilter Compile() => RuleCompiler.Compile(this);

    /// <summary>The rule in the format of <see cref="CellRuleReader"/>.</summary>
    public override string ToString() => CellRuleWriter.Write(this);

    /// <summary>The rule as a drawing in text: the nine cells with the bits that it sees in them, and its functions.</summary>
    public string Draw() => CellRuleDrawing.Draw(this);

    private static void Check(bool holds, string fault)
    {
        if (!holds)
        {
            throw new ArgumentException(fault);
        }
    }
}
