namespace Unrolled.Native;

/// <summary>How a call from C ended; the numbers of <c>unrolled_status</c> in <c>unrolled.h</c>.</summary>
internal enum Status
{
    /// <summary>What was asked for was done.</summary>
    Ok = 0,

    /// <summary>A file, a model or an argument is not what the call needs.</summary>
    InvalidInput = 1,

    /// <summary>The run ended without reaching its target; the best iterate was returned.</summary>
    NotConverged = 2,

    /// <summary>A callback returned a number other than 0.</summary>
    CallbackFailed = 3,

    /// <summary>The runtime could not be started; said by the C part alone.</summary>
    NoRuntime = 4,

    /// <summary>Anything else: memory ran out, or a bug.</summary>
    Internal = 5,
}
