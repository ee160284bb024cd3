using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.DeadLetters;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Recovery.Archives;

namespace Shipper.TailShipper.Commands.Verify;

/// <summary>
/// Finds the file of each stream of a flow, live, rotated or archived, and which of its bytes are acknowledged. Works whether or not the
/// service runs.
/// </summary>
/// <param name="files">The disk.</param>
/// <param name="letters">The dead letters: their bytes are acknowledged and were not sent.</param>
/// <param name="own">The files of the service.</param>
internal sealed class AcknowledgedFiles(IFileSystem files, DeadLetterSpans letters, OwnFiles? own)
{
    private readonly StreamRecognizer _recognizer = new(files);

    /// <summary>The files of one flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="view">The checkpoints.</param>
    /// <param name="period">Only what was acknowledged then.</param>
    public FlowToVerify Find(FlowOptions flow, CheckpointView view, VerifyPeriod period)
    {
        var streams = view.Streams.Where(stream => stream.Flow == flow.Name && stream.Path.Length > 0).ToList();
        var index = new StreamIndex(streams);
        var found = new FlowToVerify(flow);
        var named = Named(flow);
        var archives = new List<string>();
        foreach (var path in Candidates(streams, named))
        {
            if (ArchiveNames.IsGzip(path))
            {
                archives.Add(path);
            }
            else if (!ArchiveNames.IsCompressed(path))
            {
                Recognize(path, named.Contains(path), index, found, period);
            }
        }

        var left = streams.Where(stream => stream.Committed > 0 && !found.Has(stream.Stream)).ToList();
        foreach (var path in left.Count > 0 ? archives : [])
        {
            if (ArchiveOf(path, left) is { } stream)
            {
                found.Add(Acknowledged(path, stream, flow, period, isGzip: true));
                left.Remove(stream);
            }
        }

        left.ForEach(found.AddGone);
        return found;
    }

    private HashSet<string> Named(FlowOptions flow)
    {
        var scan = new PatternScan(files, FlowOverlap.Patterns(flow), FlowOverlap.Rules(flow, own));
        return [.. scan.Run().Files.Keys];
    }

    /// <summary>What the patterns name first, then what lies beside it and beside where streams were last seen.</summary>
    private IEnumerable<string> Candidates(List<StreamCheckpoint> streams, HashSet<string> named)
    {
        var last = streams.SelectMany(stream => new[] { stream.Path, stream.Place });
        var directories = named.Concat(last.OfType<string>())
            .Select(Path.GetDirectoryName).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var beside = directories.SelectMany(directory => files.List(directory).Entries.Where(entry => !entry.IsDirectory))
            .Select(entry => entry.Path);
        return named.Order(StringComparer.Ordinal).Concat(beside.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
    }

    private void Recognize(string path, bool isNamed, StreamIndex index, FlowToVerify found, VerifyPeriod period)
    {
        var attempt = files.Open(path);
        using var file = attempt.File;
        if (file is null)
        {
            if (isNamed && attempt.Status == PathStatus.Unavailable)
            {
                found.Problems.Add((path, $"it cannot be opened ({attempt.Reason}); ask as a user who may read it"));
            }

            return;
        }

        try
        {
            var recognition = _recognizer.Recognize(path, file, index.Possible(file, attempt.Stat.Id));
            if (recognition is { IsSure: true, Stream: { Committed: > 0 } stream })
            {
                found.Add(Acknowledged(path, stream, found.Flow, period, isGzip: false));
            }
            else if (isNamed && recognition.Kind is RecognitionKind.Ambiguous or RecognitionKind.Unverifiable)
            {
                found.Problems.Add((path, recognition.Doubt));
            }
        }
        catch (IOException exception)
        {
            if (isNamed)
            {
                found.Problems.Add((path, $"it cannot be read ({exception.Message.TrimEnd('.')})"));
            }
        }
    }

    /// <summary>The stream in an archive, which begins with its head and, where that is several streams', has its last bytes.</summary>
    private StreamCheckpoint? ArchiveOf(string path, List<StreamCheckpoint> streams)
    {
        var attempt = files.Open(path);
        if (attempt.File is not { } file)
        {
            return null;
        }

        using var archive = new GzipFile(file, attempt.Stat);
        try
        {
            var head = archive.Head;
            var begun = streams.Where(stream => stream.Head.Length > 0 && stream.Head.Length <= head.Length
                && Fingerprint.Of(head.AsSpan(0, stream.Head.Length)) == stream.Head).ToList();
            return begun.Count <= 1
                ? begun.FirstOrDefault()
                : begun.OrderBy(stream => stream.Committed).FirstOrDefault(stream => Ends(archive, stream));
        }
        catch (IOException)
        {
            return null; // damaged, or being written: it proves nothing, and its stream counts as one without a file
        }
    }

    private static bool Ends(GzipFile archive, StreamCheckpoint stream)
    {
        try
        {
            return stream.Tail.Length > 0 && FileContent.Matches(archive, stream.Committed - stream.Tail.Length, stream.Tail);
        }
        catch (ArchiveUnusableException)
        {
            return false;
        }
    }

    private AcknowledgedFile Acknowledged(string path, StreamCheckpoint stream, FlowOptions flow, VerifyPeriod period, bool isGzip)
    {
        var dead = letters.Of(flow.Name, stream.Stream);
        var whole = period.Of(stream, flow.InitialPosition);
        var spans = SpanSet.Without(whole, [.. dead, .. stream.Gaps]);
        var without = SpanSet.Without(whole, dead);
        return new AcknowledgedFile(path, stream, isGzip, spans, whole.Length - without.Sum(span => span.Length));
    }
}

/// <summary>Which streams can be in a file at all: a flow may have thousands of both.</summary>
internal sealed class StreamIndex
{
    private readonly ILookup<FileId, StreamCheckpoint> _byFile;
    private readonly ILookup<Fingerprint, StreamCheckpoint> _byHead;
    private readonly List<int> _lengths;

    /// <summary>Of some streams.</summary>
    public StreamIndex(IReadOnlyList<StreamCheckpoint> streams)
    {
        _byFile = streams.ToLookup(stream => stream.File);
        _byHead = streams.ToLookup(stream => stream.Head);
        _lengths = [.. streams.Select(stream => stream.Head.Length).Distinct()];
    }

    /// <summary>Those that have its id, or begin as it does.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IEnumerable<StreamCheckpoint> Possible(ITailedFile file, FileId id)
    {
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = head[..FileContent.Fill(file, head, 0)];
        var possible = _byFile[id].ToHashSet();
        foreach (var length in _lengths)
        {
            if (length <= head.Length)
            {
                possible.UnionWith(_byHead[Fingerprint.Of(head[..length])]);
            }
        }

        return possible;
    }
}

/// <summary>What is to be verified of one flow.</summary>
/// <param name="flow">The flow.</param>
internal sealed class FlowToVerify(FlowOptions flow)
{
    private readonly Dictionary<StreamId, AcknowledgedFile> _files = [];

    /// <summary>The flow.</summary>
    public FlowOptions Flow => flow;

    /// <summary>One file for each stream of which something is acknowledged.</summary>
    public IEnumerable<AcknowledgedFile> Files => _files.Values;

    /// <summary>What cannot be determined: the file, and why.</summary>
    public List<(string Path, string Text)> Problems { get; } = [];

    /// <summary>Streams whose file is not there any more.</summary>
    public int Gone { get; private set; }

    /// <summary>What is acknowledged of them.</summary>
    public long GoneBytes { get; private set; }

    /// <summary>Whether the stream has a file.</summary>
    public bool Has(StreamId stream) => _files.ContainsKey(stream);

    /// <summary>Adds a file; a second one of the same stream is a copy.</summary>
    public void Add(AcknowledgedFile file) => _files.TryAdd(file.Stream.Stream, file);

    /// <summary>Adds a stream without a file.</summary>
    public void AddGone(StreamCheckpoint stream)
    {
        Gone++;
        GoneBytes += stream.Committed;
    }
}

/// <summary>A file, and what is acknowledged of it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="IsGzip">Whether offsets are those of its decompressed content.</param>
/// <param name="Spans">The bytes that were sent.</param>
/// <param name="DeadLetterBytes">Acknowledged bytes that were not, because they are dead letters.</param>
internal sealed record AcknowledgedFile(
    string Path, StreamCheckpoint Stream, bool IsGzip, IReadOnlyList<ByteSpan> Spans, long DeadLetterBytes);

/// <summary>When what is verified was acknowledged; the history of offsets says that to the minute.</summary>
/// <param name="From">Then or later; null for ever.</param>
/// <param name="To">Then or earlier; null for now.</param>
internal readonly record struct VerifyPeriod(DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>The bytes of a stream that were acknowledged in the period.</summary>
    public ByteSpan Of(StreamCheckpoint stream, InitialPosition initial)
    {
        var (from, to) = (From, To);
        TimeMark[] marks = [.. stream.Marks, new TimeMark(stream.At, stream.Committed)];
        var start = from is { } since
            ? marks.Where(mark => mark.At >= since).Select(mark => mark.Offset).DefaultIfEmpty(stream.Committed).First()
            : initial == InitialPosition.EndOfFile ? marks[0].Offset : 0; // what was there before the first start is not shipped
        var end = to is { } until ? marks.LastOrDefault(mark => mark.At <= until).Offset : stream.Committed;
        end = Math.Min(end, stream.Committed);
        return new ByteSpan(Math.Min(start, end), end);
    }
}

/// <summary>Which bytes of each stream are dead letters that were not sent since.</summary>
internal sealed class DeadLetterSpans
{
    private readonly Dictionary<(string Flow, StreamId Stream), List<ByteSpan>> _spans = [];

    /// <summary>Files of dead letters that could not be read.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Reads those of some flows.</summary>
    /// <param name="directory">Where they are.</param>
    /// <param name="flows">The flows' names.</param>
    public static DeadLetterSpans Read(string directory, IReadOnlyCollection<string> flows)
    {
        var spans = new DeadLetterSpans();
        var store = new DeadLetterStore(directory);
        try
        {
            using var marks = ResentDeadLetters.Load(directory);
            foreach (var letter in store.Read().Where(letter => flows.Contains(letter.Flow) && !marks.Contains(letter.Id)))
            {
                spans.Add(letter.Flow, letter.Letter.Stream, letter.Letter.Line ?? letter.Letter.Span);
            }

            spans.Problems = store.Problems;
        }
        catch (DirectoryNotFoundException)
        {
            // There are none.
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            spans.Problems = [$"{directory} cannot be read ({exception.Message.TrimEnd('.')}); ask as the service's user or as root"];
        }

        return spans;
    }

    /// <summary>Those of a stream.</summary>
    public IReadOnlyList<ByteSpan> Of(string flow, StreamId stream) => _spans.GetValueOrDefault((flow, stream)) ?? [];

    private void Add(string flow, StreamId stream, ByteSpan span)
    {
        if (!_spans.TryGetValue((flow, stream), out var known))
        {
            _spans[(flow, stream)] = known = [];
        }

        // Parts of one line, or lines that follow each other, are one span.
        if (known.Count > 0 && known[^1] is var last && span.Start >= last.Start && span.Start <= last.End)
        {
            known[^1] = new ByteSpan(last.Start, Math.Max(last.End, span.End));
        }
        else
        {
            known.Add(span);
        }
    }
}

/// <summary>Arithmetic with spans.</summary>
internal static class SpanSet
{
    /// <summary>The parts of a span that are in none of others, in order.</summary>
    public static IReadOnlyList<ByteSpan> Without(ByteSpan whole, IEnumerable<ByteSpan> others)
    {
        var parts = new List<ByteSpan>();
        var start = whole.Start;
        foreach (var other in others.OrderBy(span => span.Start))
        {
            if (other.Start > start && start < whole.End)
            {
                parts.Add(new ByteSpan(start, Math.Min(other.Start, whole.End)));
            }

            start = Math.Max(start, other.End);
        }

        if (start < whole.End)
        {
            parts.Add(new ByteSpan(start, whole.End));
        }

        return parts;
    }
}
