namespace Shipper.TailShipper.Commands.Status;

/// <summary>What <c>tailshipper status</c> says with its exit code.</summary>
internal static class StatusExit
{
    /// <summary>The service runs and all is well.</summary>
    public const int Healthy = 0;

    /// <summary>It runs, but something is degraded, or it is starting or stopping.</summary>
    public const int Degraded = 1;

    /// <summary>It does not run, does not answer, or may not be asked.</summary>
    public const int Unknown = 2;

    /// <summary>The code for a document's health.</summary>
    public static int Of(string health) => health switch { "ok" => Healthy, "degraded" or "starting" or "stopping" => Degraded, _ => Unknown };
}
