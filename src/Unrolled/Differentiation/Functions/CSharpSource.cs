namespace Unrolled.Differentiation;

/// <summary>C#: <c>static void Name(ReadOnlySpan&lt;double&gt; y, ReadOnlySpan&lt;double&gt; p, double t, Span&lt;double&gt; dy)</c>.</summary>
internal sealed class CSharpSource : SourceLanguage
{
    private protected override string Preamble(Operation operation) => operation switch
    {
        Operation.Minimum => "static double Minimum(double a, double b) => a < b || double.IsNaN(a) ? a : b;\n",
        Operation.Maximum => "static double Maximum(double a, double b) => a > b || double.IsNaN(a) ? a : b;\n",
        Operation.Sign => "static double Sign(double a) => a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a;\n",
        _ => "",
    };

    private protected override string Open(Function function, string name) =>
        $"static void {name}({string.Join(", ", function.Inputs.Select(Input).Concat(function.Outputs.Select(o => "Span<double> " + Identifier(o.Name))))})\n{{\n";

    private protected override string Statement(string variable, string value) => $"    double {variable} = {value};\n";

    private protected override string Value(Operation operation, string a, string b, string c) => Arithmetic(operation, a, b) ?? operation switch
    {
        Operation.MultiplyAdd => $"Math.FusedMultiplyAdd({a}, {b}, {c})",
        Operation.SquareRoot => $"Math.Sqrt({a})",
        Operation.Absolute => $"Math.Abs({a})",
        Operation.Sign => $"Sign({a})",
        Operation.Minimum => $"Minimum({a}, {b})",
        Operation.Maximum => $"Maximum({a}, {b})",
        Operation.Less => $"{a} < {b} ? 1.0 : 0.0",
        Operation.Select => $"{a} != 0.0 ? {b} : {c}",
        Operation.Power => $"Math.Pow({a}, {b})",
        Operation.Atan2 => $"Math.Atan2({a}, {b})",
        _ => $"Math.{operation}({a})",
    };

    private protected override string Assign(string output, string[] values) =>
        string.Concat(values.Select((value, i) => $"    {output}[{i}] = {value};\n"));

    private protected override string Close(Function function) => "}\n";

    private protected override string Special(double value) =>
        double.IsNaN(value) ? "double.NaN" : value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";

    private static string Input(FunctionVector input) => $"{(IsNumber(input) ? "double " : "ReadOnlySpan<double> ")}{Identifier(input.Name)}";
}
