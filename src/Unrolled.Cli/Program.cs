using Unrolled.Cli;
using Unrolled.Cli.Workloads;
using Unrolled.Mpi;

using var interruption = new Interruption();
MpiRanks? ranks;
try
{
    ranks = MpiRanks.Join(); // null, and nothing loaded, where no launcher started this process
}
catch (MpiException e)
{
    Console.Error.WriteLine($"unrolled: {e.Message}");
    return ExitCode.InvalidInput;
}

using (ranks)
{
    int code = new UnrolledCommand(WorkloadRegistry.Default, Terminal.Process, ranks).Run(args, interruption.Token);
    if (code == ExitCode.InvalidInput)
    {
        ranks?.Abort(code); // the others may be waiting for what this rank will not send
    }

    return code;
}
