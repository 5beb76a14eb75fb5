using System.Buffers.Binary;

namespace Unrolled.Problems.Formats;

/// <summary>The checksum of PNG: the cyclic redundancy check with the polynomial 0xEDB88320 (bits reversed), eight bytes per step.</summary>
/// <remarks>Reference: ISO/IEC 15948, annex D; slicing by 8 of Kounavis and Berry, 2008, doi:10.1109/TC.2008.85.</remarks>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = CreateTable();

    /// <summary>The checksum of bytes that follow others.</summary>
    /// <param name="before">The checksum of those before; 0 for none.</param>
    /// <param name="bytes">What follows.</param>
    public static uint Append(uint before, ReadOnlySpan<byte> bytes)
    {
        uint[] t = Table;
        uint crc = ~before;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes), high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[(7 * 256) + (int)(low & 255)] ^ t[(6 * 256) + (int)((low >> 8) & 255)]
                ^ t[(5 * 256) + (int)((low >> 16) & 255)] ^ t[(4 * 256) + (int)(low >> 24)]
                ^ t[(3 * 256) + (int)(high & 255)] ^ t[(2 * 256) + (int)((high >> 8) & 255)]
                ^ t[256 + (int)((high >> 16) & 255)] ^ t[(int)(high >> 24)];
        }

        foreach (byte b in bytes)
        {
            crc = (crc >> 8) ^ t[(byte)crc ^ b];
        }

        return ~crc;
    }

    /// <summary>Table k holds the checksums of single bytes followed by k zeros.</summary>
    private static uint[] CreateTable()
    {
        var table = new uint[8 * 256];
        for (uint b = 0; b < 256; b++)
        {
            uint crc = b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            }

            table[b] = crc;
        }

        for (int k = 256; k < table.Length; k++)
        {
            table[k] = (table[k - 256] >> 8) ^ table[(byte)table[k - 256]];
        }

        return table;
    }
}
