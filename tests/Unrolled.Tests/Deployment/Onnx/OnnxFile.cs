using System.Buffers.Binary;
using System.Text;

namespace Unrolled.Tests.Deployment.Onnx;

/// <summary>An ONNX file read by the published numbers of its fields; it shares nothing with the writer.</summary>
internal static class OnnxFile
{
    public static OnnxModelContent Read(byte[] bytes)
    {
        ILookup<int, Field> model = Fields(bytes);
        return new OnnxModelContent(
            (long)model[1].Single().Number, model[2].Single().Text, model[6].Single().Text,
            model[8].Select(o => Fields(o.Bytes)).Select(o => (o[1].Single().Text, (long)o[2].Single().Number)).Single(), Graph(model[7].Single().Bytes));
    }

    private static OnnxGraphContent Graph(byte[] bytes)
    {
        ILookup<int, Field> graph = Fields(bytes);
        return new OnnxGraphContent(
            graph[2].Single().Text,
            [.. graph[1].Select(n => Node(n.Bytes))],
            graph[5].Select(t => Tensor(t.Bytes)).ToDictionary(t => t.Name, t => t.Value),
            [.. graph[11].Select(v => Value(v.Bytes))],
            [.. graph[12].Select(v => Value(v.Bytes))]);
    }

    private static OnnxNodeContent Node(byte[] bytes)
    {
        ILookup<int, Field> node = Fields(bytes);
        return new OnnxNodeContent(
            node[4].Single().Text, [.. node[1].Select(f => f.Text)], [.. node[2].Select(f => f.Text)],
            node[5].Select(a => Fields(a.Bytes)).ToDictionary(a => a[1].Single().Text, Attribute));
    }

    private static object Attribute(ILookup<int, Field> attribute) => attribute[20].Single().Number switch
    {
        2 => (long)attribute[3].Single().Number,
        3 => attribute[4].Single().Text,
        5 => Graph(attribute[6].Single().Bytes),
        7 => attribute[8].Select(f => (long)f.Number).ToArray(),
        ulong other => throw new InvalidDataException($"attribute type {other}"),
    };

    private static (string Name, Tensor Value) Tensor(byte[] bytes)
    {
        ILookup<int, Field> tensor = Fields(bytes);
        byte[] raw = tensor[9].Single().Bytes;
        double[] numbers = tensor[2].Single().Number switch
        {
            1 => [.. Enumerable.Range(0, raw.Length / 4).Select(i => (double)BinaryPrimitives.ReadSingleLittleEndian(raw.AsSpan(4 * i)))],
            7 => [.. Enumerable.Range(0, raw.Length / 8).Select(i => (double)BinaryPrimitives.ReadInt64LittleEndian(raw.AsSpan(8 * i)))],
            9 => [.. raw.Select(b => (double)b)],
            ulong other => throw new InvalidDataException($"element type {other}"),
        };
        int[] extents = [.. tensor[1].Select(d => (int)d.Number)];
        Assert.Equal(extents.Aggregate(1, (a, b) => a * b), numbers.Length);
        return (tensor[8].Single().Text, new Tensor(extents, numbers, tensor[2].Single().Number == 7));
    }

    private static OnnxValueContent Value(byte[] bytes)
    {
        ILookup<int, Field> value = Fields(bytes), tensor = Fields(Fields(value[2].Single().Bytes)[1].Single().Bytes);
        return new OnnxValueContent(value[1].Single().Text, (int)tensor[1].Single().Number,
            [.. Fields(tensor[2].Single().Bytes)[1].Select(d => Fields(d.Bytes)).Select(d => d[2].Any() ? d[2].Single().Text : $"{d[1].Single().Number}")]);
    }

    private static ILookup<int, Field> Fields(byte[] bytes)
    {
        var fields = new List<(int Number, Field Field)>();
        int at = 0;
        while (at < bytes.Length)
        {
            ulong tag = Varint();
            int number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    fields.Add((number, new Field(Varint(), [])));
                    break;
                case 2:
                    int length = (int)Varint();
                    fields.Add((number, new Field(0, bytes[at..(at + length)])));
                    at += length;
                    break;
                case 5:
                    fields.Add((number, new Field(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)), [])));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7} at byte {at}");
            }
        }

        return fields.ToLookup(f => f.Number, f => f.Field);

        ulong Varint()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = bytes[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }
        }
    }

    private sealed record Field(ulong Number, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);
    }
}

/// <summary>A model.</summary>
internal sealed record OnnxModelContent(long Format, string Producer, string Description, (string Domain, long Version) Operations, OnnxGraphContent Graph);

/// <summary>A graph.</summary>
internal sealed record OnnxGraphContent(
    string Name, IReadOnlyList<OnnxNodeContent> Nodes, IReadOnlyDictionary<string, Tensor> Constants, IReadOnlyList<OnnxValueContent> Inputs, IReadOnlyList<OnnxValueContent> Outputs);

/// <summary>A node; attributes are integers, lists of them, texts or graphs.</summary>
internal sealed record OnnxNodeContent(string Operation, IReadOnlyList<string> Operands, IReadOnlyList<string> Results, IReadOnlyDictionary<string, object> Attributes);

/// <summary>An input or output: its type and its extents as numbers or names.</summary>
internal sealed record OnnxValueContent(string Name, int Element, IReadOnlyList<string> Extents);
