namespace Unrolled.Native;

/// <summary>A callback asked to stop.</summary>
/// <param name="what">Which callback.</param>
/// <param name="code">What it returned.</param>
internal sealed class CallbackException(string what, int code) : Exception($"the callback for {what} returned {code}; 0 goes on");
