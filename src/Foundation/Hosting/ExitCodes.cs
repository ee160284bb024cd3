namespace Shipper.Foundation.Hosting;

/// <summary>The exit codes of every executable; systemd's restart rules build on them.</summary>
internal static class ExitCodes
{
    /// <summary>Success.</summary>
    public const int Success = 0;

    /// <summary>An unexpected error, which a restart may clear.</summary>
    public const int Fault = 1;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>The answer of a command that answers a question: it cannot be determined.</summary>
    public const int Undetermined = 2;

    /// <summary>Another instance is running; EX_TEMPFAIL of sysexits.h.</summary>
    public const int AlreadyRunning = 75;

    /// <summary>The configuration cannot be used; EX_CONFIG of sysexits.h. A restart does not help.</summary>
    public const int Configuration = 78;
}
