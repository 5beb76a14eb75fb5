namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>The machines that come with the library, as texts in the format that users write.</summary>
public static class ShippedMachines
{
    private static readonly string[] MachineNames = ["parity", "majority", "increment", "palindrome", "conjunction"];

    /// <summary>Their names.</summary>
    public static ReadOnlySpan<string> Names => MachineNames;

    /// <summary>Reads one.</summary>
    /// <exception cref="ArgumentException">There is no such machine; the message names all.</exception>
    public static TuringMachine Read(string name)
    {
        using Stream stream = Open(name);
        return TuringReader.Read(stream, $"{name}.turing");
    }

    /// <summary>The text of one.</summary>
    /// <exception cref="ArgumentException">There is no such machine; the message names all.</exception>
    public static string Text(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }

    private static Stream Open(string name) => Array.IndexOf(MachineNames, name) >= 0
        ? typeof(ShippedMachines).Assembly.GetManifestResourceStream($"{name}.turing") ?? throw new InvalidOperationException($"the text of the machine {name} is missing")
        : throw new ArgumentException($"there is no machine '{name}'; known are {string.Join(", ", MachineNames)}", nameof(name));
}
