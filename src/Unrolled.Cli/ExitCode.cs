namespace Unrolled.Cli;

/// <summary>What the command tells its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The input or the usage is wrong; nothing was written.</summary>
    public const int InvalidInput = 1;

    /// <summary>A run did not converge, or a training missed its own acceptance.</summary>
    public const int NotAccepted = 2;

    public const int CertificateRefused = 3;

    /// <summary>Ended by Ctrl-C or a termination signal.</summary>
    public const int Interrupted = 130;
}
