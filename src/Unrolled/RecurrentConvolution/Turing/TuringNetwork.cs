using System.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>
/// A Turing machine as a recurrent convolution: one row of cells with channels for the tape, the head and the state; one step of the network is one
/// step of the machine, exactly, on every cell. After the machine has ended nothing changes any more.
/// </summary>
/// <remarks>
/// <para>Channels: the number of the symbol in binary, the head, the number of the state in binary where the head is and 0 elsewhere. For every action two
/// hidden units, both the conjunction <c>r(sum of literals - (number - 1))</c> of "head here, this state, this symbol": one at the head's own
/// cell writes and takes the head away, one at the neighbor sees the same through the 3x3 window and puts the head and the next state there. Channels pass
/// through one unit each.</para>
/// <para>The theorem of the reference that a network of constant size runs a given machine, with several channels and one hidden layer in place of one channel, a
/// packing in base 3 and five layers. A tape has finite length; the head that leaves it is gone.</para>
/// <para>Immutable. Reference: arXiv:2209.00735, Theorem 1.</para>
/// </remarks>
public sealed class TuringNetwork
{
    private readonly int _symbolBits, _stateBits;

    /// <summary>Compiles a machine.</summary>
    public TuringNetwork(TuringMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        Machine = machine;
        (_symbolBits, _stateBits) = (BitsFor(machine.Symbols.Length), BitsFor(machine.States.Length));
        Filter = Compile();
    }

    /// <summary>The machine.</summary>
    public TuringMachine Machine { get; }

    /// <summary>The filter.</summary>
    public ReluFilter Filter { get; }

    private int HeadBit => _symbolBits;

    /// <summary>The configuration as one row of cells.</summary>
    /// <exception cref="ArgumentException">The configuration is of another machine.</exception>
    public CellGrid Encode(TuringConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.Machine != Machine)
        {
            throw new ArgumentException($"the configuration is of the machine {configuration.Machine.Name}, the network of {Machine.Name}", nameof(configuration));
        }

        var grid = new CellGrid(1, configuration.Tape.Length, Filter.Bits);
        for (int j = 0; j < grid.Columns; j++)
        {
            grid.Cells[j] = (uint)configuration.Tape[j];
        }

        if (configuration.Head >= 0)
        {
            grid.Cells[configuration.Head] |= (1u << HeadBit) | ((uint)configuration.State << (HeadBit + 1));
        }

        return grid;
    }

    /// <summary>The configuration in a row of cells.</summary>
    /// <exception cref="ArgumentException">The cells do not hold one: another number of bits, two heads, or a number of no symbol or state.</exception>
    public TuringConfiguration Decode(CellGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (grid.Rows != 1 || grid.Bits != Filter.Bits)
        {
            throw new ArgumentException($"the grid has {grid}, expected 1 row of {Filter.Bits} bits", nameof(grid));
        }

        int[] tape = new int[grid.Columns];
        int head = -1, state = -1;
        for (int j = 0; j < tape.Length; j++)
        {
            uint cell = grid.Cells[j];
            tape[j] = (int)(cell & ((1u << _symbolBits) - 1));
            bool isHead = ((cell >> HeadBit) & 1) != 0;
            int number = (int)(cell >> (HeadBit + 1));
            if (tape[j] >= Machine.Symbols.Length || number >= Machine.States.Length || (isHead && head >= 0) || (!isHead && number != 0))
            {
                throw new ArgumentException($"cell {j} holds {cell}, which is no cell of the machine {Machine.Name}{(isHead && head >= 0 ? ": a second head" : string.Empty)}", nameof(grid));
            }

            (head, state) = isHead ? (j, number) : (head, state);
        }

        return new TuringConfiguration(Machine, tape, head, state);
    }

    private static int BitsFor(int count) => BitOperations.Log2((uint)count - 1) + 1;

    private ReluFilter Compile()
    {
        int bits = _symbolBits + 1 + _stateBits;
        var units = new List<ReluUnit>();
        for (int b = CellInput.Inside; b < bits; b++)
        {
            units.Add(new ReluUnit(0, [new ReluTerm(new CellInput(b), 1)], [new ReluOutput(b, 1)]));
        }

        for (int q = 1; q < Machine.States.Length; q++)
        {
            for (int a = 0; a < Machine.Symbols.Length; a++)
            {
                if (Machine[q, a] is TuringAction action)
                {
                    AddAction(units, q, a, action);
                }
            }
        }

        return new ReluFilter(bits, units);
    }

    private void AddAction(List<ReluUnit> units, int state, int symbol, TuringAction action)
    {
        int arriving = action.Move == TuringMove.Stay ? action.Next : 0;
        List<ReluOutput> own = [.. Changes(0, _symbolBits, symbol, action.Write), .. Changes(HeadBit + 1, _stateBits, state, arriving)];
        if (action.Move != TuringMove.Stay)
        {
            own.Add(new ReluOutput(HeadBit, -1));
            ReluOutput[] neighbor = [new(HeadBit, 1), .. Changes(HeadBit + 1, _stateBits, 0, action.Next)];
            units.Add(Conjunction(state, symbol, -(int)action.Move, neighbor));
        }

        if (own.Count > 0)
        {
            units.Add(Conjunction(state, symbol, 0, own));
        }
    }

    /// <summary>1 where the head, this state and this symbol are in the column at an offset, 0 elsewhere.</summary>
    private ReluUnit Conjunction(int state, int symbol, int columnOffset, IReadOnlyList<ReluOutput> outputs)
    {
        int wanted = symbol | (1 << HeadBit) | (state << (HeadBit + 1));
        var terms = new List<ReluTerm>();
        for (int b = 0; b < _symbolBits + 1 + _stateBits; b++)
        {
            terms.Add(new ReluTerm(new CellInput(b, 0, columnOffset), ((wanted >> b) & 1) != 0 ? 1 : -1));
        }

        return new ReluUnit(1 - BitOperations.PopCount((uint)wanted), terms, outputs);
    }

    private static IEnumerable<ReluOutput> Changes(int firstBit, int bits, int before, int after) =>
        from k in Enumerable.Range(0, bits)
        let change = ((after >> k) & 1) - ((before >> k) & 1)
        where change != 0
        select new ReluOutput(firstBit + k, change);
}
