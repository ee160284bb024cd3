using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>How far a stream is in its life. The journal keeps less: see <see cref="StreamLifecycle.Recorded"/>.</summary>
internal enum StreamPhase
{
    /// <summary>Its path leads to its file, as far as is known; it may grow.</summary>
    Active,

    /// <summary>Its path leads elsewhere or nowhere; its file is read to the end.</summary>
    Rotated,

    /// <summary>Rotated, read to the end and settled; its file is closed.</summary>
    Drained,

    /// <summary>Drained, and recorded as such in the journal; remembered so that its file is known again.</summary>
    Acknowledged,

    /// <summary>Its file cannot be found, and what was unread is counted as lost. It continues when it is found after all.</summary>
    Lost,

    /// <summary>Rewound: another stream took its place. It never continues.</summary>
    Superseded,
}

/// <summary>
/// The life of one stream, with the transitions that there are:
/// <code>
/// Active ⇄ Rotated → Drained → Acknowledged
/// Active, Rotated → Lost
/// Active, Rotated, Drained, Acknowledged, Lost → Active or Rotated   (resumed in a file)
/// Active, Rotated, Drained, Acknowledged → Superseded
/// </code>
/// Whether its inode still holds it (<see cref="TailedStream.Orphaned"/>) is no step of this life: a stream can lose its inode in any
/// phase.
/// </summary>
/// <param name="phase">Where it begins.</param>
internal struct StreamLifecycle(StreamPhase phase)
{
    private bool _wasActive;

    /// <summary>The phase now.</summary>
    public StreamPhase Phase { get; private set; } = phase;

    /// <summary>
    /// What the journal records: it knows neither drained nor lost streams, for after a restart both are searched for again.
    /// </summary>
    public readonly StreamState Recorded => Phase switch
    {
        StreamPhase.Active => StreamState.Active,
        StreamPhase.Lost => _wasActive ? StreamState.Active : StreamState.Rotated,
        StreamPhase.Acknowledged => StreamState.Acknowledged,
        StreamPhase.Superseded => StreamState.Superseded,
        _ => StreamState.Rotated,
    };

    /// <summary>The life of a stream that the journal remembers.</summary>
    public static StreamLifecycle Of(StreamState recorded) => new(recorded switch
    {
        StreamState.Active => StreamPhase.Active,
        StreamState.Acknowledged => StreamPhase.Acknowledged,
        StreamState.Superseded => StreamPhase.Superseded,
        _ => StreamPhase.Rotated,
    });

    /// <summary>Moves on to <paramref name="next"/>.</summary>
    /// <param name="next">The next phase; <see cref="Resume"/> is the way back.</param>
    /// <param name="stream">Which stream, for the message.</param>
    /// <exception cref="InvalidOperationException">There is no such transition.</exception>
    public void MoveTo(StreamPhase next, StreamId stream)
    {
        var isPossible = next switch
        {
            StreamPhase.Active => Phase is StreamPhase.Active or StreamPhase.Rotated,
            StreamPhase.Rotated or StreamPhase.Lost => Phase is StreamPhase.Active or StreamPhase.Rotated,
            StreamPhase.Drained => Phase == StreamPhase.Rotated,
            StreamPhase.Acknowledged => Phase == StreamPhase.Drained,
            StreamPhase.Superseded => Phase is not StreamPhase.Lost and not StreamPhase.Superseded,
            _ => false,
        };
        if (!isPossible)
        {
            throw new InvalidOperationException($"stream {stream} cannot become {next}: it is {Phase}");
        }

        _wasActive = Phase == StreamPhase.Active;
        Phase = next;
    }

    /// <summary>The stream continues in a file, at its path or elsewhere.</summary>
    /// <param name="isRotated">True when its path does not lead to that file.</param>
    /// <param name="stream">Which stream, for the message.</param>
    /// <exception cref="InvalidOperationException">It was superseded.</exception>
    public void Resume(bool isRotated, StreamId stream)
    {
        if (Phase == StreamPhase.Superseded)
        {
            throw new InvalidOperationException($"stream {stream} cannot be resumed: it is {Phase}");
        }

        Phase = isRotated ? StreamPhase.Rotated : StreamPhase.Active;
    }
}
