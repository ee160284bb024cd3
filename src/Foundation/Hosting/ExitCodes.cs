namespace Shipper.Foundation.Hosting;

/// <summary>What a process says when it ends; systemd's restart rules build on these.</summary>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>A fault that a restart may cure.</summary>
    public const int Fault = 1;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>A second instance; EX_TEMPFAIL of sysexits.h.</summary>
    public const int AlreadyRunning = 75;

    /// <summary>The configuration cannot be used; EX_CONFIG of sysexits.h. A restart does not help.</summary>
    public const int Configuration = 78;
}
