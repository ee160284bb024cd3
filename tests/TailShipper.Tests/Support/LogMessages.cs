using System.Reflection;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Tests.Support;

/// <summary>Every message that the shipper can log.</summary>
internal static class LogMessages
{
    /// <summary>Event id, level and text of each.</summary>
    public static IReadOnlyList<(int Id, LogLevel Level, string Text)> All { get; } =
    [
        .. typeof(FlowHealth).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()
            .Select(known => (known.EventId, known.Level, known.Message)),
    ];
}
