using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Shipper.Foundation.Files;

namespace Shipper.Foundation.Logging;

/// <summary>
/// Writes to a log file as the owner of its directory, when root writes there: a file that is rolled is opened by its name, which the
/// owner may have made a link. A file that cannot be written costs its events and nothing else, and that is said.
/// </summary>
internal sealed class AsDirectoryOwner : ILogEventSink, IDisposable
{
    private readonly string _directory;
    private readonly Failures _failures;
    private readonly Logger _file;

    /// <summary>A log at <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="configure">Adds the sink that writes it.</param>
    /// <param name="failed">Gets the reason when the file cannot be written any more; from the thread that wrote.</param>
    /// <param name="recovered">Called when it can be written again; from the thread that wrote.</param>
    public AsDirectoryOwner(
        string path, Action<LoggerSinkConfiguration> configure, Action<string>? failed = null, Action? recovered = null)
    {
        _directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        _failures = new(failed, recovered);
        using var account = DirectoryAccount.Enter(_directory);
        _file = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Fallible(configure, _failures).CreateLogger();
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var before = _failures.Count;
        using (DirectoryAccount.Enter(_directory))
        {
            _file.Write(logEvent);
        }

        _failures.NoteWritten(before);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // What the file's buffer still holds finds no room: that was said when it was written.
        }
    }

    /// <summary>Hears of each event that could not be written, and says when that begins and ends.</summary>
    private sealed class Failures(Action<string>? failed, Action? recovered) : ILoggingFailureListener
    {
        private string? _reason;
        private long _count;

        public long Count => Volatile.Read(ref _count);

        public void OnLoggingFailed(
            object sender, LoggingFailureKind kind, string message, IReadOnlyCollection<LogEvent>? events, Exception? exception)
        {
            Interlocked.Increment(ref _count);
            var reason = exception?.Message ?? message;
            if (Interlocked.Exchange(ref _reason, reason) is null)
            {
                failed?.Invoke(reason);
            }
        }

        public void NoteWritten(long before)
        {
            if (Count == before && Volatile.Read(ref _reason) is not null && Interlocked.Exchange(ref _reason, null) is not null)
            {
                recovered?.Invoke();
            }
        }
    }
}
