namespace Unrolled.Numerics;

/// <summary>How a <see cref="PlaneKernel"/> is run. The bits are the same.</summary>
internal enum PlaneExecution
{
    /// <summary>As machine code made for the program, where that is possible.</summary>
    Compiled,

    /// <summary>Instruction after instruction.</summary>
    Interpreted,
}

/// <summary>The order in which a <see cref="PlaneKernel"/> takes chunks, which matters where outputs replace inputs.</summary>
internal enum PlaneOrder
{
    /// <summary>From the first to the last.</summary>
    Ascending,

    /// <summary>From the last to the first.</summary>
    Descending,
}
