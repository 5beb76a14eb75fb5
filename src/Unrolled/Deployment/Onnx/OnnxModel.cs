namespace Unrolled.Deployment.Onnx;

/// <summary>A graph with its versions and description as a file of the Open Neural Network Exchange format.</summary>
internal static class OnnxModel
{
    private const int Format = 8, Operations = 17;

    /// <summary>The bytes of a ModelProto: version 8 of the format, version 17 of the operations.</summary>
    public static byte[] Write(OnnxGraph graph, string description)
    {
        var writer = new ProtobufWriter();
        writer.Integer(1, Format);
        writer.Text(2, "unrolled");
        writer.Text(6, description);
        writer.Message(7, graph.WriteTo);
        writer.Message(8, versions =>
        {
            versions.Text(1, string.Empty);
            versions.Integer(2, Operations);
        });
        return writer.Written.ToArray();
    }
}
