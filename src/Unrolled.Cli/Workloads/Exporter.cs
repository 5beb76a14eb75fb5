using Unrolled.Deployment;

namespace Unrolled.Cli.Workloads;

/// <summary>Makes the bytes of a file that runs a model elsewhere.</summary>
/// <param name="model">The model.</param>
/// <param name="name">What the names inside begin with.</param>
internal delegate byte[] Exporter(Model model, string name);
