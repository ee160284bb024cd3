using Shipper.TailShipper.Tests.Checkpoints;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>What goes wrong with the state directory, and how far back its checkpoints may have stayed behind for it.</summary>
internal sealed class StateWeather(Stage stage, Random random)
{
    private static readonly string[] Writing = ["append", "sync", "create", "rename", "delete", "sync-directory"];

    private long? _troubledSince;

    /// <summary>True once a sync was said to be done and was not.</summary>
    public bool HasLied { get; private set; }

    /// <summary>True while something is wrong on purpose.</summary>
    public bool IsBad { get; private set; }

    /// <summary>What the shipper was told before this moment is on disk.</summary>
    public long RememberedBefore => Math.Min(stage.Clock.Now, _troubledSince ?? long.MaxValue) - Oracle.Remembered;

    /// <summary>Turns the weather.</summary>
    public void Change()
    {
        Clear();
        var kind = (Kind)random.Next(6);
        stage.Trace.Add($"state directory: {kind}");
        IsBad = kind != Kind.Fine;
        switch (kind)
        {
            case Kind.Refuses:
                var (operation, share) = (Writing[random.Next(Writing.Length)], random.NextDouble());
                Refuse(asked => asked == operation && random.NextDouble() < share);
                break;
            case Kind.IsReadOnly:
                Refuse(asked => Writing.Contains(asked));
                break;
            case Kind.CannotBeRead:
                Refuse(asked => asked == "read" && random.Next(2) == 0);
                break;
            case Kind.IsFull:
                stage.StateDisk.Capacity = stage.StateDisk.Used + random.Next(3000);
                break;
            case Kind.Lies:
                HasLied = true;
                stage.StateDisk.SyncLies = true;
                break;
        }

        if (IsBad)
        {
            _troubledSince ??= stage.Clock.Now;
        }
    }

    /// <summary>Nothing is wrong any more.</summary>
    public void Clear()
    {
        IsBad = false;
        stage.StateDisk.Fault = null;
        stage.StateDisk.Capacity = long.MaxValue;
        stage.StateDisk.SyncLies = false;
    }

    /// <summary>Now and then: once the journal has caught up, the trouble is over.</summary>
    public void Observe()
    {
        if (!IsBad && stage.Shipper?.Journal is { } journal && journal.Health.IsOk && journal.Status.PendingStreams == 0)
        {
            _troubledSince = null;
        }
    }

    private void Refuse(Func<string, bool> refuses) => stage.StateDisk.Fault = (operation, name) =>
    {
        if (refuses(operation))
        {
            throw new IOException($"Input/output error: {operation} '{name}'");
        }
    };

    private enum Kind
    {
        Fine,
        Refuses,
        IsReadOnly,
        CannotBeRead,
        IsFull,
        Lies,
    }
}
