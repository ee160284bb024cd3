using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Shipper.Foundation.Logging;

namespace Shipper.TailShipper.Tests.Logging;

/// <summary>A logger as the service has it, with the limit on repeats, that writes into a list.</summary>
internal sealed class LogPipeline : IDisposable
{
    private readonly Logger _logger;
    private readonly SerilogLoggerFactory _factory;

    public LogPipeline(TimeProvider time, IReadOnlySet<int> always)
    {
        var written = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new ListSink(Lines)).CreateLogger();
        _logger = new LoggerConfiguration()
            .WriteTo.Sink(new RepeatLimit(written, always, time))
            .WriteTo.Sink(Recent)
            .CreateLogger();
        _factory = new SerilogLoggerFactory(_logger);
        Log = _factory.CreateLogger("Shipper.Flow");
    }

    public RecentEvents Recent { get; } = new();

    public List<string> Lines { get; } = [];

    public Microsoft.Extensions.Logging.ILogger Log { get; }

    public void Dispose()
    {
        _factory.Dispose();
        _logger.Dispose();
    }

    private sealed class ListSink(List<string> lines) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => lines.Add($"{logEvent.Level} {LogEvents.TextOf(logEvent)}");
    }
}
