using Microsoft.Extensions.Configuration;
using Serilog.Core;
using Serilog.Events;

namespace Shipper.Foundation.Logging;

/// <summary>The level of the log, which can be changed while the service runs, for a while or until the next change. Safe from any thread.</summary>
internal sealed class LogLevelControl : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private LogEventLevel _configured;

    /// <summary>Begins with what the <c>Serilog</c> section says; Information when it says nothing.</summary>
    public LogLevelControl(IConfiguration configuration, TimeProvider time)
    {
        _time = time;
        _configured = LevelOf(configuration);
        Switch = new LoggingLevelSwitch(_configured);
        _timer = time.CreateTimer(_ => Return(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What the logger asks.</summary>
    public LoggingLevelSwitch Switch { get; }

    /// <summary>The level now.</summary>
    public LogEventLevel Level => Switch.MinimumLevel;

    /// <summary>When the level goes back to the configured one, UTC; null when it stays.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>Changes the level: for <paramref name="duration"/>, then back to the configured one; null for good.</summary>
    public void Set(LogEventLevel level, TimeSpan? duration)
    {
        lock (_lock)
        {
            Switch.MinimumLevel = level;
            Until = duration is { } some ? _time.GetUtcNow() + some : null;
            _timer.Change(duration ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Takes up what the configuration says by now; ends what was set for a while.</summary>
    public void Reconfigure(IConfiguration configuration)
    {
        lock (_lock)
        {
            _configured = LevelOf(configuration);
        }

        Return();
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static LogEventLevel LevelOf(IConfiguration configuration)
    {
        var text = configuration["Serilog:MinimumLevel:Default"] ?? configuration["Serilog:MinimumLevel"];
        return Enum.TryParse<LogEventLevel>(text, ignoreCase: true, out var level) ? level : LogEventLevel.Information;
    }

    private void Return()
    {
        lock (_lock)
        {
            Switch.MinimumLevel = _configured;
            Until = null;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
