namespace Unrolled.Differentiation;

/// <summary>C99: <c>void name(const double *y, const double *p, double t, double *dy)</c>. Outputs must not overlap inputs.</summary>
internal sealed class CSource : SourceLanguage
{
    private protected override string Preamble(Operation operation) => operation switch
    {
        Operation.Minimum => "static double minimum(double a, double b) { return a < b || a != a ? a : b; }\n",
        Operation.Maximum => "static double maximum(double a, double b) { return a > b || a != a ? a : b; }\n",
        Operation.Sign => "static double sign(double a) { return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a; }\n",
        _ => "",
    };

    private protected override string Open(Function function, string name) =>
        $"void {name}({string.Join(", ", function.Inputs.Select(Input).Concat(function.Outputs.Select(o => "double *" + Identifier(o.Name))))})\n{{\n"
        + string.Concat(function.Inputs.Select(i => $"    (void){Identifier(i.Name)};\n"));

    private protected override string Statement(string variable, string value) => $"    const double {variable} = {value};\n";

    private protected override string Value(Operation operation, string a, string b, string c) => Arithmetic(operation, a, b) ?? operation switch
    {
        Operation.MultiplyAdd => $"fma({a}, {b}, {c})",
        Operation.SquareRoot => $"sqrt({a})",
        Operation.Absolute => $"fabs({a})",
        Operation.Sign => $"sign({a})",
        Operation.Minimum => $"minimum({a}, {b})",
        Operation.Maximum => $"maximum({a}, {b})",
        Operation.Less => $"{a} < {b} ? 1.0 : 0.0",
        Operation.Select => $"{a} != 0.0 ? {b} : {c}",
        Operation.Power => $"pow({a}, {b})",
        Operation.Atan2 => $"atan2({a}, {b})",
        _ => $"{operation.ToString().ToLowerInvariant()}({a})",
    };

    private protected override string Assign(string output, string[] values) =>
        string.Concat(values.Select((value, i) => $"    {output}[{i}] = {value};\n"));

    private protected override string Close(Function function) => "}\n";

    private protected override string Special(double value) => double.IsNaN(value) ? "NAN" : value > 0 ? "INFINITY" : "(-INFINITY)";

    private static string Input(FunctionVector input) => $"{(IsNumber(input) ? "double " : "const double *")}{Identifier(input.Name)}";
}
