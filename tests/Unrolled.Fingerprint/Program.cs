using System.Globalization;
using System.Runtime.Intrinsics;
using Unrolled.Fingerprint;

// Prints one line per result, "name hash", after a line that says how wide registers are. The tests run it with parts of
// the instruction set switched off: only the first line may change.
string width = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : Vector128.IsHardwareAccelerated ? "128" : "none";
Console.WriteLine($"registers {width}");
foreach ((string name, double[] numbers) in Results.All())
{
    ulong hash = 14695981039346656037UL; // FNV-1a over the bits
    foreach (double number in numbers)
    {
        hash = (hash ^ (ulong)BitConverter.DoubleToInt64Bits(number)) * 1099511628211UL;
        hash ^= hash >> 29;
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {hash:x16}"));
}
