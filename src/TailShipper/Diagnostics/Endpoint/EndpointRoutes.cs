using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog.Events;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Diagnostics.Status;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>
/// What can be asked: the page at <c>/</c>, <c>/status</c>, <c>/history</c>, <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c>,
/// <c>/loglevel</c>, <c>/tap</c>.
/// </summary>
internal sealed class EndpointRoutes(StatusSource status, LogLevelControl levels, TapRoute tap, ILogger logger)
{
    private const int UsualFiles = 10;
    private const int MostFiles = 10_000;
    private static readonly TimeSpan LongestLevel = TimeSpan.FromDays(1);

    /// <summary>Answers; never waits for a disk or a network.</summary>
    public EndpointAnswer Answer(EndpointRequest request)
    {
        if (request is { Method: "POST", Path: "/loglevel" })
        {
            return SetLevel(request);
        }

        if (request.Method is not ("GET" or "HEAD"))
        {
            return new EndpointAnswer(405, "ask with GET; only /loglevel takes POST\n");
        }

        if (request is { Method: "GET", Path: "/tap" })
        {
            return tap.Answer(request);
        }

        return request.Path switch
        {
            "/status" => new EndpointAnswer(200, StatusJson.Write(status.Compose(Files(request))) + "\n", EndpointAnswer.Json),
            "/history" => new EndpointAnswer(200, status.History.Write() + "\n", EndpointAnswer.Json),
            "/metrics" => new EndpointAnswer(200, PrometheusText.Compose(status.Readings(), status.Reading()), PrometheusText.ContentType),
            "/healthz" => Healthy(),
            "/readyz" => status.Phase == ServicePhase.Running
                ? new EndpointAnswer(200, "ready\n")
                : new EndpointAnswer(503, $"{status.Phase}\n"),
            "/loglevel" => new EndpointAnswer(200, Level() + "\n"),
            var path => PageFiles.Find(path)
                ?? new EndpointAnswer(404, "there are /, /status, /history, /metrics, /healthz, /readyz, /loglevel and /tap\n"),
        };
    }

    // A service that waits out an outage is healthy: a restart would not help it.
    private EndpointAnswer Healthy() => status.Stuck is { Count: > 0 } stuck
        ? new EndpointAnswer(503, string.Join('\n', stuck) + "\n")
        : new EndpointAnswer(200, "ok\n");

    private static int Files(EndpointRequest request) =>
        request.Query.TryGetValue("files", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? Math.Min(files, MostFiles)
            : UsualFiles;

    private EndpointAnswer SetLevel(EndpointRequest request)
    {
        if (!request.IsPrivate)
        {
            return new EndpointAnswer(403, "the level can be changed through the Unix socket only: its mode says who may\n");
        }

        if (!Enum.TryParse<LogEventLevel>(request.Query.GetValueOrDefault("level"), ignoreCase: true, out var level)
            || !Enum.IsDefined(level))
        {
            return new EndpointAnswer(400, $"level must be one of {string.Join(", ", Enum.GetNames<LogEventLevel>())}\n");
        }

        TimeSpan? duration = null;
        if (request.Query.TryGetValue("for", out var text))
        {
            if (!Duration.TryParse(text, out var some) || some <= TimeSpan.Zero || some > LongestLevel)
            {
                return new EndpointAnswer(400, "for must be a duration up to 24h, for example 10m\n");
            }

            duration = some;
        }

        levels.Set(level, duration);
        DiagnosticsLog.LevelChanged(logger, level.ToString(), duration is { } passing ? $", for {passing:c}" : "");
        return new EndpointAnswer(200, Level() + "\n");
    }

    private string Level() => levels.Until is { } until
        ? string.Create(CultureInfo.InvariantCulture, $"{levels.Level} until {until:yyyy-MM-ddTHH:mm:ssZ}")
        : levels.Level.ToString();
}
