using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>Clean signals or images with noise: what a denoiser is learned for.</summary>
/// <remarks>
/// Instance <c>s</c> is drawn from the stream's split number <c>s</c>, the field from its split "clean" and the noise from its split
/// "noise": a longer draw begins with a shorter one, another noise does not change the fields, and threads may draw instances in any order.
/// </remarks>
/// <param name="source">The clean fields.</param>
/// <param name="noise">The noise.</param>
public sealed class DenoisingFamily(IFieldSource source, INoise noise) : IProblemFamily<NoisyFields>
{
    /// <summary>The clean fields.</summary>
    public IFieldSource Source { get; } = source ?? throw new ArgumentNullException(nameof(source));

    /// <summary>The noise.</summary>
    public INoise Noise { get; } = noise ?? throw new ArgumentNullException(nameof(noise));

    /// <inheritdoc/>
    public string Description => $"{Source.Description}; {Noise.Description}.";

    /// <inheritdoc/>
    public Settings? Settings
    {
        get
        {
            if (Source.Settings is not { } section || Noise.SettingsFor(Source) is not { } noise)
            {
                return null;
            }

            section.Section("noise").SetAll(noise);
            return section;
        }
    }

    /// <inheritdoc/>
    public NoisyFields Draw(int instances, RandomStream stream)
    {
        var batch = new NoisyFields(instances, Source.Rows, Source.Columns);
        Draw(batch, stream);
        return batch;
    }

    /// <summary>Draws a batch of any extents that the source has.</summary>
    public void Draw(NoisyFields batch, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(stream);
        for (int s = 0; s < batch.Clean.Instances; s++)
        {
            DrawInstance(batch, s, stream);
        }
    }

    /// <summary>Draws one instance of a batch: a work item of a thread.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="instance">Which instance.</param>
    /// <param name="stream">The stream of the batch; only split here, never drawn from.</param>
    public void DrawInstance(NoisyFields batch, int instance, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(stream);
        RandomStream own = stream.Split((ulong)instance);
        Source.Draw(batch.Clean, instance, own.Split("clean"));
        batch.Sigma[instance] = Noise.Add(batch.Clean.Instance(instance), batch.Noisy.Instance(instance), own.Split("noise"));
    }
}
