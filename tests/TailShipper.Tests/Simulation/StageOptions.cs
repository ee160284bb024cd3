using Shipper.RecordProcessing;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>How the shipper of a simulation is configured.</summary>
internal sealed record StageOptions
{
    public string[] Patterns { get; init; } = ["/logs/app.log"];

    public InitialPosition InitialPosition { get; init; } = InitialPosition.StartOfFile;

    public ServiceLimits Limits { get; init; } = ServiceLimits.Firehose;

    /// <summary>Null: one line per record.</summary>
    public Packing? Packing { get; init; }

    public OversizePolicy Oversize { get; init; } = OversizePolicy.DeadLetter;

    public FramingSettings Framing { get; init; } = new();

    /// <summary>Zero: an unfinished last line waits for its writer.</summary>
    public TimeSpan UnfinishedLineWait { get; init; }

    public int MaxCalls { get; init; } = 1;

    /// <summary>The lines of each file arrive in order.</summary>
    public bool KeepOrder { get; init; }

    public IReadOnlyList<ProcessingOptions> Processing { get; init; } = [];

    /// <summary>What a record ends with that is too long after processing; null: it is a dead letter.</summary>
    public byte[]? TruncatedEnd { get; init; }

    public int MemoryChunks { get; init; } = 64;

    public TimeSpan MaxBatchAge { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan RotateWait { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan ScanInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one turn of a scan may last; zero for one file.</summary>
    public TimeSpan ScanTurn { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From which length on, in bytes, the journal is replaced by a snapshot.</summary>
    public long CompactAtBytes { get; init; } = JournalLimits.Default.CompactAtBytes;

    /// <summary>0: no limit.</summary>
    public long MaxDeletedBytes { get; init; }

    /// <summary>Log files the shipper may hold open.</summary>
    public int MaxOpenFiles { get; init; } = int.MaxValue;

    /// <summary>Makes the watch of each run, given what wakes it; null for none.</summary>
    public Func<Action, IDirectoryWatch>? Watch { get; init; }

    /// <summary>What the shipper takes for the disk, given the simulated one; null for that itself.</summary>
    public Func<IFileSystem, IFileSystem>? Files { get; init; }

    /// <summary>Links are followed wherever they lead.</summary>
    public bool FollowLinks { get; init; }

    public string[] Exclude { get; init; } = [];

    /// <summary>Keeps a trace of what happened.</summary>
    public bool Trace { get; init; }
}
