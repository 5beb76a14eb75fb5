namespace Unrolled.Tests.Cli;

/// <summary>The tests that share <see cref="SmallModels"/>.</summary>
[CollectionDefinition(nameof(SmallModels))]
public sealed class SmallModelsCollection : ICollectionFixture<SmallModels>;
