using Serilog.Core;
using Serilog.Events;

namespace Shipper.Foundation.Logging;

/// <summary>
/// Changes the default level of the log while the service runs, for a limited time or until the next reload. Safe from any thread.
/// </summary>
internal sealed class LogLevelControl : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LogLevels _levels;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private LogEventLevel _configured;

    /// <summary>Starts with the configured level.</summary>
    public LogLevelControl(LogLevels levels, TimeProvider time)
    {
        (_levels, _time) = (levels, time);
        _configured = Switch.MinimumLevel;
        levels.Renewed += OnRenewed;
        _timer = time.CreateTimer(_ => Return(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private LoggingLevelSwitch Switch => _levels.Default;

    /// <summary>The current level.</summary>
    public LogEventLevel Level => Switch.MinimumLevel;

    /// <summary>When the level returns to the configured one, UTC; null when it does not by itself.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>Changes the level for <paramref name="duration"/>, or until the next reload when it is null.</summary>
    public void Set(LogEventLevel level, TimeSpan? duration)
    {
        lock (_lock)
        {
            Switch.MinimumLevel = level;
            Until = duration is { } some ? _time.GetUtcNow() + some : null;
            _timer.Change(duration ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _levels.Renewed -= OnRenewed;
        _timer.Dispose();
    }

    // A reload overrides a level that was set for a while.
    private void OnRenewed()
    {
        lock (_lock)
        {
            _configured = Switch.MinimumLevel;
        }

        Return();
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
