namespace Unrolled.Tests;

/// <summary>Whether tests take the time that they would need, set by <c>UNROLLED_LONG_TESTS=1</c> in the environment.</summary>
internal static class LongTests
{
    public const string Switch = "UNROLLED_LONG_TESTS";

    public static bool On { get; } = Environment.GetEnvironmentVariable(Switch) == "1";

    /// <summary>How many damaged inputs a reader is given.</summary>
    public static int DamagedInputs { get; } = On ? 100_000 : 2000;
}
