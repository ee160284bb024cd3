using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>What happened, with its virtual time; kept only when asked for.</summary>
internal sealed class Trace(TimeProvider time, bool keep) : ILogger
{
    private readonly Queue<string> _lines = new();

    /// <summary>Most lines kept.</summary>
    public int Capacity { get; init; } = 50_000;

    public void Add(FormattableString text)
    {
        if (keep)
        {
            Keep(text.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>How often <paramref name="text"/> was written.</summary>
    public int Count(string text) => ToString().Split(text).Length - 1;

    public bool IsEnabled(LogLevel logLevel) => keep;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
        string> formatter)
    {
        if (keep)
        {
            Keep($"    {logLevel}: {formatter(state, exception)}{(exception is null or KilledException ? "" : " " + exception)}");
        }
    }

    /// <summary>The same for one category.</summary>
    public ILogger<T> Of<T>() => new Category<T>(this);

    public override string ToString() => string.Join('\n', _lines);

    private void Keep(string line)
    {
        _lines.Enqueue($"{time.GetTimestamp() / (double)TimeSpan.TicksPerSecond:F3} {line}");
        if (_lines.Count > Capacity)
        {
            _lines.Dequeue();
        }
    }

    private sealed class Category<T>(Trace trace) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => trace.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
            string> formatter) =>
            trace.Log(logLevel, eventId, state, exception, formatter);
    }
}
