using System.Text;
using Unrolled.Problems.Formats;
using Unrolled.Problems.PowerFlow;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Problems.PowerFlow;

/// <summary>Networks written here: everything the equations know in six buses, and a ring; and the published cases where they are present.</summary>
internal static class SmallNetworks
{
    /// <summary>
    /// Buses 10..60 with an isolated one between: transformers at both orders of ends, a phase shifter, parallel branches (one of them
    /// reversed), a branch and generators out of service, two generators at a bus, a PV bus without generator, shunts, a radial bus.
    /// </summary>
    public const string Mixed = """
        function mpc = mixed
        % written for the tests
        mpc.version = '2';
        mpc.baseMVA = 100;
        %{
        mpc.bus = [ nothing here
        %}
        mpc.bus = [ % bus_i type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin
            10 3 10 5 0 0 1 1.0 -3 138 1 1.1 0.9;
            20 2 20, 10, 0 0 1 1.0 0 138 1 1.1 0.9
            25 4 99 99 0 0 1 1.0 0 138 1 1.1 0.9;
            30 1 45 15 1.5 19 1 1.0 0 138 1 1.1 0.9;   60 1 12 6 0 0 1 1.0 0 138 1 1.1 0.9;
            40 2 40 5 0 0 1 1.0 0 138 1 ...  the row goes on
              1.1 0.9;
            50 1 60 10 0 -3 1 1.0 0 138 1 1.1 0.9;
        ];
        mpc.gen = [
            10 0 0 100 -100 1.05 100 1 200 0 0 0;
            20 30 3 50 -40 1.02 100 1 80 0 0 0;
            20 10 4 Inf -Inf 1.02 100 1 80 0 0 0;
            40 70 0 50 -40 1.01 100 0 80 0 0 0;
            25 70 0 50 -40 1.01 100 1 80 0 0 0;
            50 5 2 50 -40 1.0 100 1 80 0 0 0;
        ];
        mpc.branch = [
            10 20 0.02 0.06 0.06 130 0 0 0 0 1 -360 360;
            10 30 0.05 0.19 0.05 130 0 0 0 0 1 -360 360;
            30 10 0.06 0.17 0.04 0 0 0 0 0 1 -360 360;
            20 40 0 0.2 0 65 0 0 0.97 0 1 -360 360;
            30 20 0.03 0.25 0 65 0 0 1.03 4.5 1 -360 360;
            30 50 0.06 0.18 0.02 0 0 0 0 0 0 -360 360;
            40 50 0.01 0.04 0.01 0 0 0 0 -2 1 -360 360;
            30 40 0.04 0.12 0.03 90 0 0 0 0 1 -360 360;
            25 50 0.01 0.04 0.01 0 0 0 0 0 1 -360 360;
            60 50 0.02 0.08 0.01 40 0 0 0.98 0 1 -360 360;
        ];
        mpc.bus_name = { 'one [1'; 'it''s % two'; "}" };
        mpc.gencost = [ 2 0 0 3 0.1 5 150; 2 0 0 3 0.1 5 150 ];
        """;

    public static PowerNetwork Read(string text) => PowerNetwork.From(Case(Encoding.UTF8.GetBytes(text)));

    public static MatpowerCase Case(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return MatpowerReader.Read(stream, "net.m");
    }

    /// <summary>A ring of PQ buses with the slack bus 1: one line per bus.</summary>
    public static string Ring(int buses)
    {
        var text = new StringBuilder("mpc.version='2';mpc.baseMVA=100\nmpc.bus=[1 3 0 0 0 0 1 1 0 1 1 1.1 .9\n");
        for (int i = 2; i <= buses; i++)
        {
            text.Append($"{i} 1 {2 + (i % 3)} 1 0 0 1 1 0 1 1 1.1 .9\n");
        }

        text.Append("]\nmpc.gen=[1,0,0,9,-9,1,100,1,9,0]\nmpc.branch=[");
        for (int i = 1; i <= buses; i++)
        {
            text.Append($"{i} {(i % buses) + 1} .01 .05 .02 0 0 0 0 0 1;");
        }

        return text.Append(']').ToString();
    }

    /// <summary>The mixed network, rings, and the published cases that are present.</summary>
    public static IEnumerable<(string Name, PowerNetwork Network)> All()
    {
        yield return ("mixed", Read(Mixed));
        yield return ("ring", Read(Ring(9)));
        string folder = RepositoryFolder.Shared("data/powerflow");
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.m") : [];
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            yield return (Path.GetFileNameWithoutExtension(path), PowerNetwork.Read(path));
        }
    }

    public static PowerNetwork Published(string name) => PowerNetwork.Read(RepositoryFolder.Shared($"data/powerflow/{name}.m"));
}
