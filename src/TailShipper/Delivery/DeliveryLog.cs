using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Delivery;

/// <summary>Log messages of delivery; event ids 2170 to 2189.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(2170, LogLevel.Warning,
        "{File} cannot be used ({Reason}); the pace of each delivery stream is learned again. The file is rewritten automatically")]
    public static partial void PaceFileUnusable(ILogger logger, string file, string reason);

    [LoggerMessage(2171, LogLevel.Information,
        "delivery stream {Stream}: continuing with what was learned {Minutes:F0} min ago: {Rate:F0} bytes/s (0: no limit), "
        + "bodies up to {BodyBytes} bytes (0: the service's limit)")]
    public static partial void Restored(ILogger logger, string stream, double rate, long bodyBytes, double minutes);

    [LoggerMessage(2172, LogLevel.Information, "{Flow}: {Behind} bytes behind, shipping {Rate:F0} bytes/s{Eta}")]
    public static partial void CatchingUp(ILogger logger, string flow, long behind, double rate, string eta);

    [LoggerMessage(2173, LogLevel.Information, "{Flow}: caught up after {Seconds:F0} s")]
    public static partial void CaughtUp(ILogger logger, string flow, double seconds);

    [LoggerMessage(2174, LogLevel.Warning,
        "{Flow}: the service answers with the unknown error code {Code} ({Message}); it is counted, and the body is sent again")]
    public static partial void UnknownCode(ILogger logger, string flow, string code, string? message);
}
