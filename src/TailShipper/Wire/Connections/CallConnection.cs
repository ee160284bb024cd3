namespace Shipper.TailShipper.Wire.Connections;

/// <summary>Which connection the body of one call went to, and whether any of it is known to have arrived.</summary>
internal sealed class CallConnection
{
    private static readonly AsyncLocal<CallConnection?> Current = new();
    private ulong? _acknowledgedBefore;

    /// <summary>The call whose body is being written here.</summary>
    public static CallConnection? Writing => Current.Value;

    /// <summary>The connection; null before the first byte, and where connections are not the shipper's own.</summary>
    public ServiceConnection? Connection { get; private set; }

    /// <summary>True when other calls used the connection before.</summary>
    public bool IsReused { get; private set; }

    /// <summary>
    /// True when it is known that no byte of the body was acknowledged: it did not arrive, and does not arrive any more once the
    /// connection is closed. Where only the way back is broken the service may have it all the same.
    /// </summary>
    public bool IsNothingAcknowledged { get; private set; }

    /// <summary>From now on, in this asynchronous method and what it awaits, what is written belongs to this call.</summary>
    public void Enter() => Current.Value = this;

    /// <summary>The first byte is about to be written to <paramref name="connection"/>.</summary>
    public void Attach(ServiceConnection connection, bool isReused)
    {
        (Connection, IsReused) = (connection, isReused);
        _acknowledgedBefore = connection.Progress?.Acknowledged;
    }

    /// <summary>The connection is not used: it is likely to be dead.</summary>
    public void Refuse(ServiceConnection connection) => (Connection, IsReused, IsNothingAcknowledged) = (connection, true, true);

    /// <summary>
    /// True when the kernel has sent the same bytes again at least twice in vain, and not a byte of the body was acknowledged. The time
    /// alone would not do: on a busy machine the body may have left only just now, and acknowledgements may be delayed.
    /// </summary>
    public bool IsStale() => Connection?.Progress is { Retransmissions: >= 2 } && Check();

    /// <summary>Asks the connection for <see cref="IsNothingAcknowledged"/>.</summary>
    public bool Check() => IsNothingAcknowledged = IsNothingAcknowledged
        || (_acknowledgedBefore is { } before && Connection?.Progress is { } now && now.Acknowledged == before);
}

/// <summary>
/// What the calls of one pool have found out about its connections: when one is dead that was idle before, the others that were idle at the
/// same time probably are, too. Thread-safe.
/// </summary>
internal sealed class ConnectionTrust
{
    private long _calls;
    private long _distrustedBefore;

    /// <summary>The place of another call.</summary>
    public long NextCall() => Interlocked.Increment(ref _calls);

    /// <summary>True unless a connection that was used at <paramref name="lastCall"/> or later was found dead.</summary>
    public bool Trusts(long lastCall) => lastCall >= Volatile.Read(ref _distrustedBefore);

    /// <summary>Connections whose last call was before <paramref name="before"/> are not used any more.</summary>
    public void Distrust(long before)
    {
        for (var known = Volatile.Read(ref _distrustedBefore); known < before;)
        {
            var seen = Interlocked.CompareExchange(ref _distrustedBefore, before, known);
            known = seen == known ? before : seen;
        }
    }
}
