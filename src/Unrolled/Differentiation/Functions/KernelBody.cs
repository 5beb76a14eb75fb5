namespace Unrolled.Differentiation;

/// <summary>
/// Compiled straight-line code over instances: one pointer per input and per output vector, and a number of instances that is a
/// multiple of eight. An output may be the same memory as an input; all loads of eight instances precede their stores.
/// </summary>
internal unsafe delegate void KernelBody(BatchPointer* inputs, BatchPointer* outputs, nint count);
