using System.Globalization;
using System.Text;

namespace Unrolled.Differentiation;

/// <summary>
/// Writes a <see cref="Function"/> as straight-line source code: one statement per operation, in the order of evaluation, numbers with
/// as many digits as read back exactly. Arithmetic has the bits of the library; elementary functions are those of the language's
/// standard library and may differ in the last place. Uniform inputs of length one are plain numbers, other vectors are arrays.
/// </summary>
public abstract class SourceLanguage
{
    /// <summary>Standard C99, header math.h only.</summary>
    public static SourceLanguage C { get; } = new CSource();

    /// <summary>C#, no package.</summary>
    public static SourceLanguage CSharp { get; } = new CSharpSource();

    /// <summary>Python with NumPy: components may be numbers or arrays over instances.</summary>
    public static SourceLanguage Python { get; } = new PythonSource();

    /// <summary>The definition of a function called <paramref name="name"/>, with the small functions it needs before it.</summary>
    public string Write(Function function, string name) => Write([(function, name)]);

    /// <summary>The definitions of several functions, with the small functions that they need once before them.</summary>
    public string Write(IReadOnlyList<(Function Function, string Name)> functions)
    {
        StringBuilder text = new();
        foreach (Operation operation in functions.SelectMany(f => f.Function.Nodes).Select(n => n.Operation).Distinct().Order())
        {
            text.Append(Preamble(operation));
        }

        return text.AppendJoin(Between, functions.Select(f => Definition(f.Function, f.Name))).ToString();
    }

    private string Definition(Function function, string name)
    {
        StringBuilder text = new(Open(function, name));
        for (int i = 0; i < function.Nodes.Length; i++)
        {
            Node node = function.Nodes[i];
            if (node.OperandCount > 0)
            {
                string Operand(int position) => position < node.OperandCount ? Term(function, node.Operand(position)) : "";
                text.Append(Statement($"v{i}", Value(node.Operation, Operand(0), Operand(1), Operand(2))));
            }
        }

        for (int o = 0; o < function.Outputs.Count; o++)
        {
            string[] values = [.. function.OutputNodes[o].Select(index => Term(function, index))];
            text.Append(Assign(Identifier(function.Outputs[o].Name), values));
        }

        return text.Append(Close(function)).ToString();
    }

    /// <summary>What stands between two functions.</summary>
    private protected virtual string Between => "\n";

    /// <summary>Small functions an operation needs, or nothing.</summary>
    private protected abstract string Preamble(Operation operation);

    /// <summary>The head of the function.</summary>
    private protected abstract string Open(Function function, string name);

    /// <summary>A new variable.</summary>
    private protected abstract string Statement(string variable, string value);

    /// <summary>The value of an operation.</summary>
    private protected abstract string Value(Operation operation, string a, string b, string c);

    /// <summary>Stores an output vector.</summary>
    private protected abstract string Assign(string output, string[] values);

    /// <summary>The end of the function.</summary>
    private protected abstract string Close(Function function);

    /// <summary>A number that is not finite.</summary>
    private protected abstract string Special(double value);

    /// <summary>The value of an operation that looks the same in all three languages, or nothing.</summary>
    private protected static string? Arithmetic(Operation operation, string a, string b) => operation switch
    {
        Operation.Negate => $"-{a}",
        Operation.Add => $"{a} + {b}",
        Operation.Subtract => $"{a} - {b}",
        Operation.Multiply => $"{a} * {b}",
        Operation.Divide => $"{a} / {b}",
        _ => null,
    };

    /// <summary>Whether an input is passed as a plain number.</summary>
    private protected static bool IsNumber(FunctionVector input) => input is { Kind: InputKind.Uniform, Length: 1 };

    /// <summary>A name that is valid in the three languages.</summary>
    private protected static string Identifier(string name)
    {
        string clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        bool taken = clean is "lambda" or "in" or "is" or "as" or "if" or "for" or "double" or "float" or "np" or "out" or "ref" or "def" or "int"
            || (clean.Length > 1 && clean[0] == 'v' && clean.Skip(1).All(char.IsAsciiDigit));
        return taken || !char.IsAsciiLetter(clean[0]) ? clean + "_" : clean;
    }

    private string Term(Function function, int index)
    {
        Node node = function.Nodes[index];
        if (node.Operation == Operation.Input)
        {
            FunctionVector input = function.Inputs[node.A];
            return IsNumber(input) ? Identifier(input.Name) : $"{Identifier(input.Name)}[{node.B}]";
        }

        return node.Operation == Operation.Constant ? Number(node.Value) : $"v{index}";
    }

    private string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return Special(value);
        }

        string digits = value.ToString("R", CultureInfo.InvariantCulture);
        string text = digits.AsSpan().ContainsAny(".E") ? digits : digits + ".0";
        return double.IsNegative(value) ? $"({text})" : text;
    }
}
