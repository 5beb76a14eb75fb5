namespace Unrolled.Differentiation;

/// <summary>
/// Python: <c>def name(y, p, t)</c> returns one list per output (a single list when there is one). A fused multiply-add is written as
/// a product and a sum, because NumPy has none.
/// </summary>
internal sealed class PythonSource : SourceLanguage
{
    private protected override string Between => "\n\n";

    private protected override string Preamble(Operation operation) => operation switch
    {
        Operation.Minimum => "def minimum(a, b):\n    return np.where((a < b) | (a != a), a, b)\n\n\n",
        Operation.Maximum => "def maximum(a, b):\n    return np.where((a > b) | (a != a), a, b)\n\n\n",
        _ => "",
    };

    private protected override string Open(Function function, string name) =>
        $"def {name}({string.Join(", ", function.Inputs.Select(i => Identifier(i.Name)))}):\n";

    private protected override string Statement(string variable, string value) => $"    {variable} = {value}\n";

    private protected override string Value(Operation operation, string a, string b, string c) => Arithmetic(operation, a, b) ?? operation switch
    {
        Operation.MultiplyAdd => $"{a} * {b} + {c}",
        Operation.SquareRoot => $"np.sqrt({a})",
        Operation.Absolute => $"np.abs({a})",
        Operation.Sign => $"np.sign({a})",
        Operation.Minimum => $"minimum({a}, {b})",
        Operation.Maximum => $"maximum({a}, {b})",
        Operation.Less => $"np.where({a} < {b}, 1.0, 0.0)",
        Operation.Select => $"np.where({a} != 0.0, {b}, {c})",
        Operation.Power => $"np.power({a}, {b})",
        Operation.Asin => $"np.arcsin({a})",
        Operation.Acos => $"np.arccos({a})",
        Operation.Atan => $"np.arctan({a})",
        Operation.Atan2 => $"np.arctan2({a}, {b})",
        _ => $"np.{operation.ToString().ToLowerInvariant()}({a})",
    };

    private protected override string Assign(string output, string[] values) => $"    {output} = [{string.Join(", ", values)}]\n";

    private protected override string Close(Function function) =>
        $"    return {string.Join(", ", function.Outputs.Select(o => Identifier(o.Name)))}\n";

    private protected override string Special(double value) => double.IsNaN(value) ? "np.nan" : value > 0 ? "np.inf" : "(-np.inf)";
}
