using System.Runtime.InteropServices;

namespace Unrolled.Deployment.Onnx;

/// <summary>
/// A graph of operations of the Open Neural Network Exchange format, built node after node; operands and results are tensors by their names.
/// </summary>
/// <remarks>Constants with the same numbers and extents are stored once. Not checked: types and extents of operands.</remarks>
/// <param name="name">The name of the graph.</param>
/// <param name="outer">The graph around a body, whose tensors the body may read; null for none.</param>
internal sealed class OnnxGraph(string name, OnnxGraph? outer = null)
{
    private readonly List<Action<ProtobufWriter>> _nodes = [];
    private readonly List<Action<ProtobufWriter>> _constants = [];
    private readonly List<Action<ProtobufWriter>> _inputs = [];
    private readonly List<Action<ProtobufWriter>> _outputs = [];
    private readonly Dictionary<string, string> _known = [];
    private int _names;

    /// <summary>An input; extents are numbers or names of extents that are known when the graph runs.</summary>
    public string Input(string input, OnnxElement element, params object[] extents)
    {
        _inputs.Add(w => WriteValue(w, input, element, extents));
        return input;
    }

    /// <summary>Declares a tensor as an output.</summary>
    public void Output(string output, OnnxElement element, params object[] extents) => _outputs.Add(w => WriteValue(w, output, element, extents));

    /// <summary>Numbers in single precision with their extents; none for a scalar.</summary>
    public string Constant(ReadOnlySpan<double> numbers, params long[] extents)
    {
        float[] singles = new float[numbers.Length];
        for (int i = 0; i < singles.Length; i++)
        {
            singles[i] = (float)numbers[i];
        }

        return Constant(OnnxElement.Single, MemoryMarshal.AsBytes(singles.AsSpan()).ToArray(), extents);
    }

    /// <summary>One number that fits every extents.</summary>
    public string Constant(double number) => Constant([number], []);

    /// <summary>Integers along one axis.</summary>
    public string Integers(params long[] numbers) => Constant(OnnxElement.Integer, MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray(), [numbers.Length]);

    /// <summary>One integer without an axis.</summary>
    public string Integer(long number) => Constant(OnnxElement.Integer, MemoryMarshal.AsBytes(new[] { number }.AsSpan()).ToArray(), []);

    /// <summary>Yes or no without an axis.</summary>
    public string Boolean(bool value) => Constant(OnnxElement.Boolean, [value ? (byte)1 : (byte)0], []);

    /// <summary>Appends an operation of one result and returns the result's name.</summary>
    public string Node(string operation, IReadOnlyList<string> operands, params OnnxAttribute[] attributes)
    {
        string result = Name(operation);
        Node(operation, operands, [result], attributes);
        return result;
    }

    /// <summary>Appends an operation whose results have the names given.</summary>
    public void Node(string operation, IReadOnlyList<string> operands, IReadOnlyList<string> results, params OnnxAttribute[] attributes) => _nodes.Add(w =>
    {
        foreach (string operand in operands)
        {
            w.Text(1, operand);
        }

        foreach (string result in results)
        {
            w.Text(2, result);
        }

        w.Text(3, $"make_{results[0]}");
        w.Text(4, operation);
        foreach (OnnxAttribute attribute in attributes)
        {
            w.Message(5, attribute.WriteTo);
        }
    });

    /// <summary>Writes a GraphProto.</summary>
    public void WriteTo(ProtobufWriter writer)
    {
        Write(1, _nodes);
        writer.Text(2, name);
        Write(5, _constants);
        Write(11, _inputs);
        Write(12, _outputs);

        void Write(int field, List<Action<ProtobufWriter>> parts)
        {
            foreach (Action<ProtobufWriter> part in parts)
            {
                writer.Message(field, part);
            }
        }
    }

    /// <summary>A name that no tensor of this graph or those around it has.</summary>
    private string Name(string operation) => outer is null ? $"{char.ToLowerInvariant(operation[0])}{operation[1..]}_{_names++}" : outer.Name($"{name}_{operation}");

    private string Constant(OnnxElement element, byte[] bytes, long[] extents)
    {
        string key = $"{element} {string.Join('x', extents)} {Convert.ToBase64String(bytes)}";
        if (!_known.TryGetValue(key, out string? constant))
        {
            constant = Name("Constant");
            _known.Add(key, constant);
            _constants.Add(w =>
            {
                foreach (long extent in extents)
                {
                    w.Integer(1, extent);
                }

                w.Integer(2, (int)element);
                w.Text(8, constant);
                w.Bytes(9, bytes);
            });
        }

        return constant;
    }

    private static void WriteValue(ProtobufWriter writer, string value, OnnxElement element, object[] extents)
    {
        writer.Text(1, value);
        writer.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Integer(1, (int)element);
            tensor.Message(2, shape =>
            {
                foreach (object extent in extents)
                {
                    shape.Message(1, dimension =>
                    {
                        if (extent is string symbol)
                        {
                            dimension.Text(2, symbol);
                        }
                        else
                        {
                            dimension.Integer(1, Convert.ToInt64(extent, System.Globalization.CultureInfo.InvariantCulture));
                        }
                    });
                }
            });
        }));
    }
}
