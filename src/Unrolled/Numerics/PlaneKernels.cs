using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Boolean operations on planes of bits, and whole programs of them over a block of words, one pass per instruction: with blocks that
/// stay in the first-level cache an instruction costs two or three loads and a store per register.
/// </summary>
internal static unsafe class PlaneKernels
{
    private const int Eight = 8;

    private interface IOperation
    {
        static abstract Vector512<ulong> Many(ulong* a, ulong* b, ulong* c);

        static abstract ulong One(ulong* a, ulong* b, ulong* c);
    }

    /// <summary>Runs the instructions on words of the planes.</summary>
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
        nint w = 0;
        for (; w + Eight <= words; w += Eight)
        {
            ((Vector512.Load(x + w) << 1) | (Vector512.Load(x + w - 1) >>> 63)).Store(to + w);
        }

        for (; w < words; w++)
        {
            to[w] = (x[w] << 1) | (x[w - 1] >> 63);
        }
    }

    /// <summary>Every bit moves to the next lower place, across words: <c>to[w] = x[w] >> 1 | x[w + 1] &lt;&lt; 63</c>.</summary>
    public static void MoveDown(ulong* x, ulong* to, nint words)
    {
        nint w = 0;
        for (; w + Eight <= words; w += Eight)
        {
            ((Vector512.Load(x + w) >>> 1) | (Vector512.Load(x + w + 1) << 63)).Store(to + w);
        }

        for (; w < words; w++)
        {
            to[w] = (x[w] >> 1) | (x[w + 1] << 63);
        }
    }

    private static void Apply<TOperation>(ulong* a, ulong* b, ulong* c, ulong* to, nint words)
        where TOperation : struct, IOperation
    {
        nint w = 0;
        for (; w + Eight <= words; w += Eight)
        {
            TOperation.Many(a + w, b + w, c + w).Store(to + w);
        }

        for (; w < words; w++)
        {
            to[w] = TOperation.One(a + w, b + w, c + w);
        }
    }

    private readonly struct And : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.Load(a) & Vector512.Load(b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong One(ulong* a, ulong* b, ulong* c) => *a & *b;
    }

    private readonly struct AndNot : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.AndNot(Vector512.Load(a), Vector512.Load(b));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong One(ulong* a, ulong* b, ulong* c) => *a & ~*b;
    }

    private readonly struct Nor : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => ~(Vector512.Load(a) | Vector512.Load(b));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong One(ulong* a, ulong* b, ulong* c) => ~(*a | *b);
    }

    private readonly struct Xor : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.Load(a) ^ Vector512.Load(b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong One(ulong* a, ulong* b, ulong* c) => *a ^ *b;
    }

    private readonly struct Select : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.ConditionalSelect(Vector512.Load(a), Vector512.Load(b), Vector512.Load(c));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong One(ulong* a, ulong* b, ulong* c) => (*a & *b) | (*c & ~*a);
    }

    private readonly struct SelectNot : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<ulong> Many(ulong* a, ulong* b, ulong* c) => Vector512.ConditionalSelect(Vector512.Load(a), ~Vector512.Load(b), Vector512.Load(c));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong One(ulong* a, ulong* b, ulong* c) => (*a & ~*b) | (*c & ~*a);
    }
}
