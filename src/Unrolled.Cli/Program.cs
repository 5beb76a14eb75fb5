using Unrolled.Cli;
using Unrolled.Cli.Workloads;

using var interruption = new Interruption();
return new UnrolledCommand(WorkloadRegistry.Default, Terminal.Process).Run(args, interruption.Token);
