using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// A learner's filter extended so that it can stand behind a memory layer: it finds the row to be written next, unwraps the products that the
/// memory shows, starts the learner, and opens the output pixel once the memory is full. One hidden layer; everything it knows is local.
/// </summary>
/// <remarks>
/// <para>Channels behind those of the learner, <c>r(x) = max(x, 0)</c>, directions being neighbors and 0 outside the grid:</para>
/// <code>
/// a'   = r(a + 4) - 4                                         the memory's value, carried with slope 1
/// phi' = phi                                                  "row is filled"
/// g'   = r(phi(up) + 1 - in(up) - phi)                        "I am empty, and the row above is filled, or I am the first"
/// k'   = r(phi - in(right) - in(down))                        the last cell, and the memory is full
/// yw'  = yw + r(yw(right) + 1 - in(right) - yw)               front of the wave that carries the label y to the left
/// yv'  = yv + r(yv(right) - yv) + r(s - in(right) - yv)       y behind it
/// zw'  = zw(down) + r(yw(right) - yw - in(down))              front of the wave that carries the query's bit z upwards
/// zv'  = zv(down) + r(yw(right) - yw - in(down) + s - 1)      z with it
/// s'   = learner + r(n-3) - 2 r(n-4) + 2 r(n-5) - r(s + zw(down) - 1),   n = s + yv + zv(down) + 3 zw(down)
///                                                             s ^ y ^ z where the wave passes: y x z becomes x
/// e'   = learner + r(zw - in(up) - in(left))                  the wave is in the first cell: start
/// </code>
/// <para>With the sieve: 14 channels, 31 hidden units, 117 weights and biases that are not 0, 4,385 in all.</para>
/// </remarks>
public sealed class MemoryFilter
{
    private const int Carry = 4;
    private const int MemoryBits = 8;

    /// <summary>Extends a learner.</summary>
    public MemoryFilter(RowLearner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        Learner = learner;
        First = learner.Filter.Bits;
        int bits = First + MemoryBits;
        Span<int> biases = stackalloc int[bits + 1];
        learner.Filter.OutputBiases[..First].CopyTo(biases);
        biases[Value] = -Carry;
        biases[^1] = learner.Filter.OutputBiases[First];
        Filter = new ReluFilter(bits, [.. learner.Filter.Units.ToArray(), .. Units()], biases);
    }

    /// <summary>The learner inside.</summary>
    public RowLearner Learner { get; }

    /// <summary>The whole filter.</summary>
    public ReluFilter Filter { get; }

    /// <summary>Channel <c>a</c>.</summary>
    internal int Value => First;

    /// <summary>Channel <c>phi</c>.</summary>
    internal int Filled => First + 1;

    /// <summary>Channel <c>g</c>.</summary>
    internal int Gate => First + 2;

    /// <summary>Channel <c>k</c>.</summary>
    internal int Output => First + 3;

    private int First { get; }

    /// <summary>
    /// m + d + 2 until the waves have started the learner, and then its own: <c>3m + 2d + 2</c> with the sieve. Not one more: discovered rules may have the
    /// right label at that step only.
    /// </summary>
    /// <param name="bits">d.</param>
    /// <param name="examples">m.</param>
    public int Steps(int bits, int examples) => checked(Learner.Steps(bits, examples) + examples + bits + 2);

    private List<ReluUnit> Units()
    {
        int row = Learner.RowBit, labelFront = First + 4, label = First + 5, queryFront = First + 6, query = First + 7;
        CellInput s = new(row), a = new(Value), phi = new(Filled), phiUp = new(Filled, -1), inUp = new(CellInput.Inside, -1);
        CellInput inRight = new(CellInput.Inside, 0, 1), inDown = new(CellInput.Inside, 1), inLeft = new(CellInput.Inside, 0, -1);
        CellInput yw = new(labelFront), ywRight = new(labelFront, 0, 1), yv = new(label), yvRight = new(label, 0, 1);
        CellInput zw = new(queryFront), zwDown = new(queryFront, 1), zvDown = new(query, 1);
        ReluTerm[] n = [new(s, 1), new(yv, 1), new(zvDown, 1), new(zwDown, 3)];
        ReluTerm[] launch = [new(ywRight, 1), new(yw, -1), new(inDown, -1)];
        return
        [
            new(Carry, [new(a, 1)], [new(Value, 1)]),
            new(0, [new(phi, 1)], [new(Filled, 1)]),
            new(1, [new(phiUp, 1), new(inUp, -1), new(phi, -1)], [new(Gate, 1)]),
            new(0, [new(phi, 1), new(inRight, -1), new(inDown, -1)], [new(Output, 1)]),
            new(0, [new(yw, 1)], [new(labelFront, 1)]),
            new(1, [new(ywRight, 1), new(inRight, -1), new(yw, -1)], [new(labelFront, 1)]),
            new(0, [new(yv, 1)], [new(label, 1)]),
            new(0, [new(yvRight, 1), new(yv, -1)], [new(label, 1)]),
            new(0, [new(s, 1), new(inRight, -1), new(yv, -1)], [new(label, 1)]),
            new(0, [new(zwDown, 1)], [new(queryFront, 1)]),
            new(0, launch, [new(queryFront, 1)]),
            new(0, [new(zvDown, 1)], [new(query, 1)]),
            new(-1, [.. launch, new(s, 1)], [new(query, 1)]),
            new(-3, n, [new(row, 1)]),
            new(-4, n, [new(row, -2)]),
            new(-5, n, [new(row, 2)]),
            new(-1, [new(s, 1), new(zwDown, 1)], [new(row, -1)]),
            new(0, [new(zw, 1), new(inUp, -1), new(inLeft, -1)], [new(Learner.SendBit, 1)]),
        ];
    }
}
