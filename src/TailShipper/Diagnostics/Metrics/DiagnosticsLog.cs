using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>What is said of metrics and endpoint; event ids 2600 to 2699.</summary>
internal static partial class DiagnosticsLog
{
    [LoggerMessage(2600, LogLevel.Information, "status, metrics and health are served at {Address}")]
    public static partial void Serving(ILogger logger, string address);

    [LoggerMessage(
        2601, LogLevel.Warning,
        "cannot listen on {Address} ({Reason}): tailshipper status and Prometheus metrics are not served there; trying again every "
        + "minute. Free the address, make its directory writable, or change {Option}")]
    public static partial void CannotServe(ILogger logger, string address, string reason, string option);

    [LoggerMessage(
        2602, LogLevel.Warning,
        "metrics cannot be exported by OTLP: {Reason}. Shipping is not affected; start or repair the collector, or change "
        + "Shipper:Metrics:Otlp")]
    public static partial void CannotExport(ILogger logger, string reason);

    [LoggerMessage(2603, LogLevel.Information, "the log level is now {Level}{Until}")]
    public static partial void LevelChanged(ILogger logger, string level, string until);

    [LoggerMessage(
        2604, LogLevel.Warning,
        "{Variable}=\"{Value}\" is not a valid value and is ignored: {Instead} is used. Correct or remove the variable")]
    public static partial void VariableIgnored(ILogger logger, string variable, string value, string instead);

    [LoggerMessage(
        2605, LogLevel.Warning,
        "the metrics log {Path} cannot be written ({Reason}), so its lines are missing. Shipping is not affected; free space, make it "
        + "writable, or change Shipper:Metrics:Path")]
    public static partial void CannotWrite(ILogger logger, string path, string reason);

    [LoggerMessage(2606, LogLevel.Information, "the metrics log {Path} is written again")]
    public static partial void WrittenAgain(ILogger logger, string path);
}
