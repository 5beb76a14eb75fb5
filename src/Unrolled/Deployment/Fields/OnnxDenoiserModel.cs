using Unrolled.Deployment.Onnx;
using Unrolled.Deployment.Sources;

namespace Unrolled.Deployment.Fields;

/// <summary>
/// Writes a learned denoiser as an ONNX model in single precision, for batches of signals or images of any size.
/// </summary>
/// <remarks>
/// <para>Inputs: <c>noisy</c> (batch, 1, rows, columns) and <c>sigma</c> (1), the standard deviation of the noise in units of the values, positive. Output:
/// <c>clean</c>, with the extents of <c>noisy</c>. The network has its numbers for sigma, and values are scaled where sigma lies outside the range of training, as in
/// <see cref="DenoisingFilter"/>.</para>
/// <para>The reflecting boundary is a gather by indices that are computed from the extents; its adjoint adds what stands outside back by a scatter. A
/// convolution and the transposed one read the same kernels.</para>
/// </remarks>
public static class OnnxDenoiserModel
{
    /// <summary>The bytes of the file.</summary>
    /// <param name="denoiser">What to write.</param>
    /// <param name="description">What it is.</param>
    /// <param name="name">The name of the graph.</param>
    /// <exception cref="ArgumentException">The network has another boundary than the reflecting one.</exception>
    public static byte[] Write(LearnedDenoiser denoiser, string description, string name)
    {
        ArgumentNullException.ThrowIfNull(description);
        FieldProgram program = FieldProgram.Of(denoiser);
        return OnnxModel.Write(new OnnxFieldGraph(program, SourceText.Identifier(name)).Graph, string.Join('\n', program.Heading(description)));
    }
}
