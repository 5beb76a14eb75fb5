using System.Text;

namespace Unrolled.RecurrentConvolution.Turing;

/// <summary>Writes machines in the format of <see cref="TuringReader"/>.</summary>
internal static class TuringWriter
{
    public static string Write(TuringMachine machine)
    {
        var text = new StringBuilder();
        text.Append(TuringReader.Machine).Append(' ').Append(machine.Name).Append('\n');
        text.Append(TuringReader.Symbols).Append(' ').AppendJoin(' ', machine.Symbols.ToArray()).Append('\n');
        text.Append(TuringReader.Start).Append(' ').Append(machine.States[machine.Start]).Append('\n');
        for (int q = 1; q < machine.States.Length; q++)
        {
            for (int a = 0; a < machine.Symbols.Length; a++)
            {
                if (machine[q, a] is (int next, int write, TuringMove move))
                {
                    text.Append(machine.States[q]).Append(' ').Append(machine.Symbols[a]).Append(": ").Append(machine.States[next]).Append(' ')
                        .Append(machine.Symbols[write]).Append(' ').Append(TuringReader.NameOf(move)).Append('\n');
                }
            }
        }

        return text.ToString();
    }
}
