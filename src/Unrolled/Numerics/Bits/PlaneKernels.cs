using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Boolean operations on planes of bits, and whole programs of them over a block of words, one pass per instruction: with blocks that
/// stay in the first-level cache an instruction costs two or three loads and a store per register.
/// </summary>
internal static unsafe class PlaneKernels
{
    private const int Eight = PlaneKernel.WordsPerChunk;

    private interface IOperation
    {
        static abstract Vector512<ulong> Many(ulong* a, ulong* b, ulong* c);
    }

    /// <summary>Runs the instructions on words of the planes, a multiple of eight.</summary>
    public static void Run(ReadOnlySpan<PlaneInstruction> program, ulong** planes, nint words)
    {
        foreach (ref readonly PlaneInstruction i in program)
        {
            ulong* a = planes[i.A], b = planes[i.B], c = planes[i.C], to = planes[i.Destination];
            switch (i.Operation)
            {
                case PlaneOperation.And:
                    Apply<And>(a, b, c, to, words);
                    break;
                case PlaneOperation.AndNot:
                    Apply<AndNot>(a, b, c, to, words);
                    break;
                case PlaneOperation.Nor:
                    Apply<Nor>(a, b, c, to, words);
                    break;
                case PlaneOperation.Xor:
                    Apply<Xor>(a, b, c, to, words);
                    break;
                case PlaneOperation.Select:
                    Apply<Select>(a, b, c, to, words);
                    break;
                default:
                    Apply<SelectNot>(a, b, c, to, words);
                    break;
            }
        }
    }

    /// <summary>Every bit moves to the next higher place, across words: <c>to[w] = x[w] &lt;&lt; 1 | x[w - 1] >> 63</c>.</summary>
    public static void MoveUp(ulong* x, ulong* to, nint words)
    {
        for (nint w = 0; w < words; w += Eight)
        {
            ((Vector512.Load(x + w) << 1) | (Vector512.Load(x + w - 1) >>> 63)).Store(to + w);
        }
    }

    /// <summary>Every bit moves to the next lower place, across words: <c>to[w] = x[w] >> 1 | x[w + 1] &lt;&lt; 63</c>.</summary>
    public static void MoveDown(ulong* x, ulong* to, nint words)
    {
        for (nint w = 0; w < words; w += Eight)
        {
            ((Vector512.Load(x + w) >>> 1) | (Vector512.Load(x + w + 1) << 63)).Store(to + w);
        }
    }

    /// <summary>Adds to the activity of every chunk whether a bit of it is set.</summary>
    public static void Mark(ulong* x, byte* activity, nint words)
    {
        for (nint w = 0; w < words; w += Eight)
        {
            activity[w / Eight] |= Vector512.Load(x + w) == Vector512<ulong>.Zero ? (byte)0 : (byte)1;
        }
    }

    /// <summary><c>to |= x</c> for bytes.</summary>
    public static void Or(byte* x, byte* to, nint count)
    {
        nint i = 0;
        for (; i + Vector512<byte>.Count <= count; i += Vector512<byte>.Count)
        {
            (Vector512.Load(x + i) | Vector512.Load(to + i)).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] |= x[i];
        }
    }

    private static void Apply<TOperation>(ulong* a, ulong* b, ulong* c, ulong* to, nint words)
        where TOperation : struct, IOperation
    {
        for (nint w = 0; w < words; w += Eight)
        {
            TOperation.Many(a + w, b + w, c + w).Store(to + w);
        }
    }

    private readonly struct And : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.Load(a) & Vector512.Load(b);
    }

    private readonly struct AndNot : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.AndNot(Vector512.Load(a), Vector512.Load(b));
    }

    private readonly struct Nor : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => ~(Vector512.Load(a) | Vector512.Load(b));
    }

    private readonly struct Xor : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.Load(a) ^ Vector512.Load(b);
    }

    private readonly struct Select : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.ConditionalSelect(Vector512.Load(a), Vector512.Load(b), Vector512.Load(c));
    }

    private readonly struct SelectNot : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.ConditionalSelect(Vector512.Load(a), ~Vector512.Load(b), Vector512.Load(c));
    }
}
