using Serilog.Core;
using Serilog.Events;

namespace Shipper.Foundation.Logging;

/// <summary>The default level of the log, which can be changed while the service runs: for a while, or until the configuration is read again. Safe from any thread.</summary>
internal sealed class LogLevelControl : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LogLevels _levels;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private LogEventLevel _configured;

    /// <summary>Begins with what is configured.</summary>
    public LogLevelControl(LogLevels levels, TimeProvider time)
    {
        (_levels, _time) = (levels, time);
        _configured = Switch.MinimumLevel;
        levels.Renewed += TakeUp;
        _timer = time.CreateTimer(_ => Return(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private LoggingLevelSwitch Switch => _levels.Default;

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

    /// <inheritdoc/>
    public void Dispose()
    {
        _levels.Renewed -= TakeUp;
        _timer.Dispose();
    }

    // What the configuration says by now goes before what was set for a while.
    private void TakeUp()
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
