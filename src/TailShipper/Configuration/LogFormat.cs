namespace Shipper.TailShipper.Configuration;

/// <summary>How lines of the log file look.</summary>
internal enum LogFormat
{
    /// <summary>Time, level, message.</summary>
    Text,

    /// <summary>One JSON object a line: time, level, message, template and properties.</summary>
    Json,
}
