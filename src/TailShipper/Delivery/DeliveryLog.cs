using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Delivery;

/// <summary>Log messages of delivery; event ids 2170 to 2189.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(2170, LogLevel.Warning,
        "{File} cannot be used ({Reason}); the pace of each delivery stream is learned again. The file is rewritten automatically")]
    public static partial void PaceFileUnusable(ILogger logger, string file, string reason);

    [LoggerMessage(2171, LogLevel.Information,
        "delivery stream {Stream}: continuing with what was learned {Minutes:F0} min ago: {Rate:N0} bytes/s (0: no limit), "
        + "bodies up to {BodyBytes:N0} bytes (0: the service's limit)")]
    public static partial void Restored(ILogger logger, string stream, double rate, long bodyBytes, double minutes);
}
