using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Tests.Support;

/// <summary>Keeps what is logged for a test to look at.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    private readonly List<(LogLevel Level, int Id, string Text)> _entries = [];

    /// <summary>All messages so far, oldest first.</summary>
    public IReadOnlyList<(LogLevel Level, int Id, string Text)> Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>The texts logged under <paramref name="id"/>.</summary>
    public IReadOnlyList<string> Of(int id) => [.. Entries.Where(entry => entry.Id == id).Select(entry => entry.Text)];

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries)
        {
            _entries.Add((logLevel, eventId.Id, formatter(state, exception)));
        }
    }
}
