using System.Text;
using Unrolled.Numerics;

namespace Unrolled.Tests;

/// <summary>Damage to a text: bytes changed, removed, doubled, moved or replaced by what readers stumble over.</summary>
internal static class Mutation
{
    private static readonly string[] Fragments =
    [
        "\0", "\n", "\r\n", "\t", "\"", "'", "{", "}", "[", "]", ":", ",", "-", "&a ", "*a", "!!int ", "|\n", ">\n", "%", "@", "`", "? ",
        "NaN", "1e999", "-0", "null", "true", "\\ud800", "\\u0000", "é", "\uFEFF", "<<: ", "---\n", "...\n", "# ", "\u2028",
        "99999999999999999999", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{a: {a: {a: {a: {a: {a: ",
    ];

    public static byte[] Of(byte[] text, RandomStream stream)
    {
        List<byte> bytes = [.. text];
        int edits = 1 + stream.NextIndex(4);
        for (int edit = 0; edit < edits && bytes.Count > 1; edit++)
        {
            int at = stream.NextIndex(bytes.Count), length = Math.Min(1 + stream.NextIndex(20), bytes.Count - at);
            switch (stream.NextIndex(7))
            {
                case 0:
                    bytes[at] = (byte)stream.NextIndex(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(stream.NextIndex(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    bytes[at] ^= (byte)(1 << stream.NextIndex(8));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Fragments[stream.NextIndex(Fragments.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }
}
