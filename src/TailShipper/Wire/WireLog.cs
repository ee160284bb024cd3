using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Wire;

/// <summary>Log messages of the wire; event ids 2400 to 2449.</summary>
internal static partial class WireLog
{
    [LoggerMessage(2400, LogLevel.Warning,
        "this machine's clock is {Seconds:F0} s {Direction} the service's: requests are signed with the service's time from now on. "
        + "Set the clock right (chronyc tracking, or timedatectl)")]
    public static partial void ClockCorrected(ILogger logger, double seconds, string direction);

    [LoggerMessage(2401, LogLevel.Information, "this machine's clock agrees with the service's again; requests are signed with it")]
    public static partial void ClockRight(ILogger logger);

    [LoggerMessage(2402, LogLevel.Warning,
        "{Url} is plain HTTP to another machine: log lines and session tokens cross the network unencrypted. Use https")]
    public static partial void Exposed(ILogger logger, string url);

    [LoggerMessage(2403, LogLevel.Information, "calls go to {Url} (region {Region}), {Proxy}, trusting {Authorities}")]
    public static partial void Endpoint(ILogger logger, string url, string region, string proxy, string authorities);
}
