using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;

namespace Unrolled.Tests.Diffusion.Networks;

/// <summary>Small networks of every kind and option, for laws that all of them obey.</summary>
internal static class NetworkGallery
{
    public static IReadOnlyList<(string Name, FieldNetwork Network)> All { get; } =
    [
        ("spline", Symmetric(FluxShape.Spline(0.5, 1, 3))),
        ("spline with backward flux", Symmetric(FluxShape.Spline([0.5, 1, 3], 0.3), NetworkTerms.Data)),
        ("mixture", Symmetric(FluxShape.Mixture())),
        ("perona-malik with data and skip", Symmetric(FluxShape.Of(Flux.PeronaMalik), NetworkTerms.Data | NetworkTerms.Extrapolation)),
        ("charbonnier, shared", new SymmetricNetwork(new() { Blocks = 3, Filters = 3, KernelRows = 3, KernelColumns = 3, Flux = FluxShape.Of(Flux.Charbonnier), Sharing = WeightSharing.AllBlocks })),
        ("state of two channels", new SymmetricNetwork(new() { Blocks = 2, Filters = 4, KernelRows = 3, KernelColumns = 3, StateChannels = 2, Flux = FluxShape.Of(Flux.PeronaMalik) })),
        ("wide kernels", new SymmetricNetwork(new() { Blocks = 2, Filters = 12, KernelRows = 5, KernelColumns = 5, Flux = FluxShape.Of(Flux.Charbonnier) })),
        ("relu", Symmetric(FluxShape.Relu)),
        ("three levels", new SymmetricNetwork(new() { Blocks = 2, Filters = 3, KernelRows = 1, KernelColumns = 5, Flux = FluxShape.Spline(1, 2), Terms = NetworkTerms.Data, Levels = new(0.1, 0.2, 0.5) })),
        ("resnet", new ResidualNetwork(2, 3, 3, 3)),
        ("resnet with a state", new ResidualNetwork(2, 3, 1, 5, 2)),
        ("dncnn", new PlainNetwork(3, 4, 3, 3)),
        ("u-net", new UNetwork(3, 2, 3, 3)),
    ];

    public static TheoryData<string> Names => new(All.Select(n => n.Name));

    public static FieldNetwork Of(string name) => All.First(n => n.Name == name).Network;

    private static SymmetricNetwork Symmetric(FluxShape flux, NetworkTerms terms = NetworkTerms.None) =>
        new(new() { Blocks = 3, Filters = 4, KernelRows = 3, KernelColumns = 3, Flux = flux, Terms = terms });
}
