using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Delivery;

/// <summary>What delivery says beside a flow's health; event ids 2170 to 2189.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(2170, LogLevel.Warning, "{File} cannot be used ({Reason}); the pace of each delivery stream is learned anew. It is written again by itself")]
    public static partial void LearnedPaceUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(2171, LogLevel.Information, "delivery stream {Stream}: going on with what was learned {Minutes:F0} min ago: {Rate:F0} bytes/s (0: no limit), bodies up to {BodyBytes} bytes (0: the service's limit)")]
    public static partial void Recalled(ILogger logger, string stream, double rate, long bodyBytes, double minutes);

    [LoggerMessage(2172, LogLevel.Information, "{Flow}: {Behind} bytes behind, shipping {Rate:F0} bytes/s{Eta}")]
    public static partial void CatchingUp(ILogger logger, string flow, long behind, double rate, string eta);

    [LoggerMessage(2173, LogLevel.Information, "{Flow}: caught up after {Seconds:F0} s")]
    public static partial void CaughtUp(ILogger logger, string flow, double seconds);

    [LoggerMessage(2174, LogLevel.Warning, "{Flow}: the service answers with error code {Code}, which is not known ({Message}); it is counted and the body sent again")]
    public static partial void UnknownCode(ILogger logger, string flow, string code, string? message);
}
