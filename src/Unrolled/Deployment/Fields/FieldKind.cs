namespace Unrolled.Deployment.Fields;

/// <summary>What a network is for.</summary>
public enum FieldKind
{
    /// <summary>Images, of rows and columns.</summary>
    Images,

    /// <summary>Signals, of one row.</summary>
    Signals,
}
