using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>The machine code of a program of bit planes: planes are the inputs and then the outputs, activity is a byte per chunk.</summary>
internal unsafe delegate void PlaneBody(ulong** planes, nint chunks, byte* activity);

/// <summary>
/// A program of Boolean operations on planes of bits, run over chunks of eight words. Beside its outputs it says for every chunk
/// whether one of the outputs that are signals has a bit set.
/// </summary>
/// <remarks>
/// Compiled to a loop whose values stay in registers where code can be generated at run time and the program is not too long; otherwise
/// instruction after instruction over blocks that stay in the first-level cache. One thread at a time.
/// </remarks>
internal sealed unsafe class PlaneKernel
{
    /// <summary>The words of a chunk: one register of 512 bits.</summary>
    public const int WordsPerChunk = 8;

    private const int MostCompiled = 1000, BlockChunks = 16;

    private readonly PlaneShift[] _inputs;
    private readonly PlaneInstruction[] _program;
    private readonly bool[] _signals;
    private readonly int _scratch;
    private readonly PlaneOrder _order;
    private readonly PlaneBody? _body;
    private readonly ulong[] _memory = [];

    /// <summary>Prepares a program.</summary>
    /// <param name="inputs">How inputs are taken.</param>
    /// <param name="signals">Which outputs are signals.</param>
    /// <param name="scratch">The number of scratch planes.</param>
    /// <param name="program">The instructions.</param>
    /// <param name="order">The order of chunks that the code was made for.</param>
    /// <param name="body">The code from <see cref="Compile"/>; null to interpret.</param>
    public PlaneKernel(PlaneShift[] inputs, bool[] signals, int scratch, PlaneInstruction[] program, PlaneOrder order, PlaneBody? body)
    {
        (_inputs, _signals, _scratch, _program, _order, _body) = (inputs, signals, scratch, program, order, body);
        if (body is null)
        {
            int shifted = inputs.Count(s => s != PlaneShift.None);
            _memory = GC.AllocateArray<ulong>(((shifted + scratch) * BlockChunks * WordsPerChunk) + WordsPerChunk, pinned: true);
        }
    }

    /// <summary>
    /// Code for a program, for any number of kernels and threads; null where code cannot be generated or the program is too long for it
    /// to pay.
    /// </summary>
    public static PlaneBody? Compile(PlaneShift[] inputs, bool[] signals, int scratch, PlaneInstruction[] program, PlaneOrder order) =>
        RuntimeFeature.IsDynamicCodeSupported && program.Length <= MostCompiled && Vector128.IsHardwareAccelerated
            ? PlaneCompiler.Compile(inputs, signals, scratch, program, order)
            : null;

    /// <summary>
    /// Whether outputs may lie where inputs lie: every chunk is read as a whole before it is written, and chunks are taken in the order
    /// asked for.
    /// </summary>
    public bool MayReplace => _body is not null;

    /// <summary>Runs the program.</summary>
    /// <param name="planes">Where the words of the inputs and outputs are; used up.</param>
    /// <param name="chunks">How many chunks there are.</param>
    /// <param name="activity">Set for every chunk: 1 if a signal is set, 0 if none is.</param>
    public void Run(ulong** planes, nint chunks, byte* activity)
    {
        if (_body is not null)
        {
            if (_order == PlaneOrder.Descending)
            {
                for (int k = 0; k < _inputs.Length + _signals.Length; k++)
                {
                    planes[k] += (chunks - 1) * WordsPerChunk;
                }

                activity += chunks - 1;
            }

            _body(planes, chunks, activity);
            return;
        }

        for (nint at = 0; at < chunks; at += BlockChunks)
        {
            Interpret(planes, at * WordsPerChunk, Math.Min(BlockChunks, chunks - at) * WordsPerChunk, activity + at);
        }
    }

    private void Interpret(ulong** planes, nint at, nint words, byte* activity)
    {
        int count = _inputs.Length + _signals.Length;
        ulong** block = stackalloc ulong*[count + _scratch];
        ulong* scratch = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        scratch += (64 - ((nuint)scratch % 64)) % 64 / sizeof(ulong);
        for (int k = 0; k < count; k++)
        {
            block[k] = planes[k] + at;
            if (k < _inputs.Length && _inputs[k] != PlaneShift.None)
            {
                if (_inputs[k] == PlaneShift.Up)
                {
                    PlaneKernels.MoveUp(block[k], scratch, words);
                }
                else
                {
                    PlaneKernels.MoveDown(block[k], scratch, words);
                }

                block[k] = scratch;
                scratch += BlockChunks * WordsPerChunk;
            }
        }

        for (int k = 0; k < _scratch; k++, scratch += BlockChunks * WordsPerChunk)
        {
            block[count + k] = scratch;
        }

        PlaneKernels.Run(_program, block, words);
        new Span<byte>(activity, (int)(words / WordsPerChunk)).Clear();
        for (int k = 0; k < _signals.Length; k++)
        {
            if (_signals[k])
            {
                PlaneKernels.Mark(block[_inputs.Length + k], activity, words);
            }
        }
    }
}
