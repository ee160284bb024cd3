using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Support;

namespace Shipper.TailShipper.Tests.Checkpoints;

/// <summary>A journal on a simulated disk and clock, on one thread.</summary>
internal sealed class JournalHost
{
    public JournalHost(InMemoryStateDirectory? disk = null, JournalLimits? limits = null, ManualTimeProvider? clock = null)
    {
        Disk = disk ?? new InMemoryStateDirectory();
        Clock = clock ?? new ManualTimeProvider(Some.Time);
        Thread = new SingleThread(Clock);
        Journal = CheckpointJournal.Open(Disk, Clock, Log, limits);
    }

    public InMemoryStateDirectory Disk { get; }

    public ManualTimeProvider Clock { get; }

    public SingleThread Thread { get; }

    public RecordingLogger<CheckpointJournal> Log { get; } = new();

    public CheckpointJournal Journal { get; }

    /// <summary>A host whose journal writes by itself as time passes.</summary>
    public static JournalHost Running()
    {
        var host = new JournalHost();
        host.Thread.Start(() => host.Journal.RunAsync(CancellationToken.None));
        return host;
    }

    public bool Flush() => Thread.Run(() => Journal.FlushAsync(CancellationToken.None));

    public void Close() => Thread.Run(async () =>
    {
        await Journal.DisposeAsync();
        return 0;
    });

    public RecoveredCheckpoints Recover() => JournalRecovery.Recover(Disk.Copy());

    /// <summary>The committed offset that would survive a power failure now, as recovery finds it; null when none would.</summary>
    public long? Durable(StreamId stream) =>
        JournalRecovery.Recover(Disk.AfterPowerFailure()).Table.Streams.GetValueOrDefault(stream)?.Committed;

    public void FailWith(string operation, string message = "Input/output error") => Disk.Fault = (name, _) =>
    {
        if (name == operation)
        {
            throw new IOException(message);
        }
    };
}
