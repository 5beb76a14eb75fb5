namespace Unrolled.Deployment.Onnx;

/// <summary>An attribute of a node: its name and an integer, integers, a text or a graph.</summary>
internal sealed class OnnxAttribute
{
    private const int OfInteger = 2, OfText = 3, OfGraph = 5, OfIntegers = 7;

    private readonly Action<ProtobufWriter> _write;

    private OnnxAttribute(string name, int type, Action<ProtobufWriter> value) => _write = writer =>
    {
        writer.Text(1, name);
        value(writer);
        writer.Integer(20, type);
    };

    /// <summary>An integer.</summary>
    public static OnnxAttribute Of(string name, long value) => new(name, OfInteger, w => w.Integer(3, value));

    /// <summary>Integers.</summary>
    public static OnnxAttribute Of(string name, params long[] values) => new(name, OfIntegers, w => Array.ForEach(values, v => w.Integer(8, v)));

    /// <summary>A text.</summary>
    public static OnnxAttribute Of(string name, string value) => new(name, OfText, w => w.Text(4, value));

    /// <summary>A graph, such as the body of a loop.</summary>
    public static OnnxAttribute Of(string name, OnnxGraph value) => new(name, OfGraph, w => w.Message(6, value.WriteTo));

    /// <summary>Writes an AttributeProto.</summary>
    public void WriteTo(ProtobufWriter writer) => _write(writer);
}
