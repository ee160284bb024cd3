using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <content>Runs of NULs: the one that reading stands before, and those that it passed.</content>
internal sealed partial class TailedStream
{
    private List<PassedRun>? _passed;
    private List<(ByteSpan Span, SettledRing Ring)>? _late;
    private IReadOnlyList<ByteSpan>? _gaps = [];

    /// <summary>The run of NULs beyond its position that reading stands before; null when there is none.</summary>
    public PaddingRun? Run { get; private set; }

    /// <summary>Runs that reading passed, as far as text may still be filled in there.</summary>
    public IReadOnlyList<PassedRun> Passed => _passed ?? [];

    /// <summary>
    /// What the journal must remember besides the committed offset: runs that reading passed, and text found in them that is not settled.
    /// The same object as long as nothing changed.
    /// </summary>
    public IReadOnlyList<ByteSpan> Gaps => _gaps ??= Passed.Count == 0 && IsLateTextSettled
        ? []
        : [.. Passed.Select(run => new ByteSpan(run.Start, run.End)), .. _late?.Select(late => late.Span) ?? []];

    /// <summary>Its size without the run of NULs that it ends with: there is nothing to lose or to wait for.</summary>
    public long TextEnd => Run is not { } run ? Size
        : run.To >= Size ? Math.Min(Size, Math.Max(Position, run.From))
        : run.Behind is { } behind && behind.Size == Size ? behind.TextEnd
        : Size;

    /// <summary>True when its file ends with NULs, so that it may be filled without becoming longer.</summary>
    public bool EndsWithPadding => TextEnd < Size;

    /// <summary>A run of NULs begins beyond its position.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">How far it was found to go.</param>
    public PaddingRun NoteRun(long from, long to)
    {
        if (Run is null || Run.From != from)
        {
            Run = new PaddingRun(from);
        }

        Run.Reaches(to);
        return Run;
    }

    /// <summary>There is no such run any more.</summary>
    public void DropRun() => Run = null;

    /// <summary>Reading passes a run.</summary>
    public void PassRun(PassedRun run)
    {
        _passed ??= new(1);
        if (_passed.Count == PassedRun.Most)
        {
            _passed.RemoveAt(0);
        }

        _passed.Add(run);
        _gaps = null;
    }

    /// <summary>Text was filled in where reading had passed a run, and is packed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="text">Where in it.</param>
    /// <param name="ring">What settles it.</param>
    public void NoteLateText(PassedRun run, ByteSpan text, SettledRing ring)
    {
        var index = _passed!.IndexOf(run);
        _passed.RemoveAt(index);
        if (text.End < run.End)
        {
            _passed.Insert(index, run with { Start = text.End, SearchedTo = text.End, TextSeenAt = null });
        }

        if (run.Start < text.Start)
        {
            _passed.Insert(index, run with { End = text.Start, Behind = text.Start, SearchedTo = run.Start, TextSeenAt = null });
        }

        (_late ??= new(1)).Add((text, ring));
        _gaps = null;
    }

    /// <summary>True when all text that was found in runs it had passed is settled, too.</summary>
    public bool IsLateTextSettled
    {
        get
        {
            if (_late is { Count: > 0 } && _late.RemoveAll(late => late.Ring.Committed >= late.Span.End) > 0)
            {
                _gaps = null;
            }

            return _late is not { Count: > 0 };
        }
    }

    /// <summary>The run that reading passed last when it ends at <paramref name="offset"/>; null otherwise.</summary>
    public PassedRun? PassedUpTo(long offset)
    {
        for (var index = Passed.Count - 1; index >= 0; index--)
        {
            if (Passed[index].Behind == offset && (Passed[index].Before.Length > 0 || Passed[index].Start == 0))
            {
                return Passed[index];
            }
        }

        return null;
    }
}

/// <summary>A run of NULs that reading stands before.</summary>
internal sealed class PaddingRun(long from)
{
    /// <summary>Where it begins.</summary>
    public long From { get; } = from;

    /// <summary>How far it goes, as far as was found.</summary>
    public long To { get; private set; } = from;

    /// <summary>How far the search for its end is that is under way; null when none is.</summary>
    public long? SearchedTo { get; set; }

    /// <summary>Where the text behind it ends in a file of a size, which may end with padding, too; null while that is not known.</summary>
    public (long TextEnd, long Size)? Behind { get; set; }

    /// <summary>Timestamp of the end of the last search that found nothing but NULs.</summary>
    public long SearchedAt { get; set; }

    /// <summary>Timestamp at which text was first seen behind it; null while none was.</summary>
    public long? TextSeenAt { get; set; }

    /// <summary>It goes to <paramref name="to"/> at least, as far as is known.</summary>
    public void Reaches(long to) => To = to;
}

/// <summary>A run of NULs that reading passed.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Before">Fingerprint of the bytes before it, for a checkpoint: behind it there is nothing to tell the file by.</param>
/// <param name="PassedAt">Timestamp.</param>
internal sealed record PassedRun(long Start, long End, Fingerprint Before, long PassedAt)
{
    /// <summary>Where reading continued: behind the newline that the run was in front of, if it ended a line.</summary>
    public long Behind { get; init; } = End;

    /// <summary>Of so many the latest are kept.</summary>
    public const int Most = 64;

    /// <summary>How far the search for text in it is.</summary>
    public long SearchedTo { get; set; } = Start;

    /// <summary>Timestamp of the last search.</summary>
    public long SearchedAt { get; set; } = PassedAt;

    /// <summary>Timestamp at which part of a line was first seen in it; null while none was.</summary>
    public long? TextSeenAt { get; set; }
}
