using System.Text.Json;

namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>
/// Holds a trace of the shipper's system calls against the rules of durability: <list type="number">
/// <item>An append to the journal is synced before the next append, and before a snapshot takes the journal's place.</item>
/// <item>A snapshot is written, synced and renamed; then the directory is synced; only then is its journal written to or an older file
/// deleted.</item>
/// <item>A dead letter is synced, and its file's name too, before a checkpoint passes it.</item>
/// <item>No checkpoint holds a byte whose acknowledgement had not come in completely before the checkpoint was written.</item>
/// </list>
/// </summary>
/// <param name="state">The state directory.</param>
/// <param name="logs">What the logs hold; shared by the lives of one shipper.</param>
internal sealed class DurabilityJudge(string state, TracedLogs logs)
{
    private const string JournalEnd = ".journal";
    private const string SnapshotEnd = ".snapshot";
    private const string TemporaryEnd = ".snapshot.tmp";

    private readonly Dictionary<string, WireListener> _wires = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _paths = [];
    private readonly List<(string File, string Path, long Start, long End)> _letters = [];
    private readonly List<string> _violations = [];
    private FileSyncs _disk = new();

    /// <summary>What is wrong, with lines of the trace.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Appends to a journal; a judge that has seen none has proven nothing.</summary>
    public int Appends { get; private set; }

    /// <summary>Snapshots that got their name.</summary>
    public int Snapshots { get; private set; }

    /// <summary>Dead letters that were written and synced.</summary>
    public int Letters { get; private set; }

    /// <summary>Records that were accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>Committed offsets that were held against what had come in.</summary>
    public int Offsets { get; private set; }

    /// <summary>Judges one life.</summary>
    /// <param name="calls">Its trace.</param>
    /// <param name="killed">True when it did not end by itself: then its last write may be without its sync.</param>
    public void Judge(IReadOnlyList<SystemCall> calls, bool killed)
    {
        // The next life trusts nothing that the one before left behind unsynced: it writes all it knows anew.
        _disk = new FileSyncs();
        _letters.Clear();

        // What a call promises counts from its end, what it relies on must hold at its beginning.
        var moments = calls.SelectMany(
            call => new[] { (At: call.Begin, Begins: true, Call: call), (At: call.End, Begins: false, Call: call) });
        foreach (var (_, begins, call) in moments.OrderBy(moment => moment.At).ThenByDescending(moment => moment.Begins))
        {
            if (begins)
            {
                Begin(call);
            }
            else
            {
                End(call);
            }
        }

        foreach (var path in killed ? [] : _disk.Unsafe.Where(path => IsCheckpoint(path, JournalEnd)))
        {
            _violations.Add($"{Path.GetFileName(path)} ended without a sync of its last append");
        }
    }

    private void Begin(SystemCall call)
    {
        switch (call.Name)
        {
            case "write" or "writev" or "pwrite64" or "pwritev" or "pwritev2":
                Write(call);
                break;
            case "rename" or "renameat" or "renameat2" when IsCheckpoint(call.Texts[^1], SnapshotEnd):
                Require(call, _disk.IsContentSafe(call.Texts[0]), "is renamed before it was synced");
                Require(
                    call,
                    !_disk.Unsafe.Any(path => IsCheckpoint(path, JournalEnd)),
                    "takes the place of a journal whose last append was not synced");
                break;
            case "unlink" or "unlinkat" when IsCheckpoint(call.Text, JournalEnd) || IsCheckpoint(call.Text, SnapshotEnd):
                Require(call, IsDirectorySafe(), "is deleted before its successor's name was synced");
                break;
            case "sendto" or "sendmsg" when call.Succeeded:
                Wire(call).Sent(Bytes(call));
                break;
        }
    }

    private void End(SystemCall call)
    {
        switch (call.Name)
        {
            case "open" or "openat" when call.Arguments.Contains("O_CREAT", StringComparison.Ordinal) && call.Succeeded:
                _disk.Name(call.Text, call);
                break;
            case "rename" or "renameat" or "renameat2" when IsCheckpoint(call.Texts[^1], SnapshotEnd) && call.Succeeded:
                _disk.Rename(call.Texts[0], call.Texts[^1]);
                _disk.Name(call.Texts[^1], call);
                Snapshots++;
                break;
            case "fsync" or "fdatasync":
                _disk.Sync(call);
                SettleLetters();
                break;
            case "recvfrom" or "recvmsg" when call.Result > 0 && !call.Arguments.Contains("MSG_PEEK", StringComparison.Ordinal):
                foreach (var record in Wire(call).Received(Bytes(call)))
                {
                    logs.Accept(record);
                    Accepted++;
                }

                break;
        }
    }

    private void Write(SystemCall call)
    {
        if (IsCheckpoint(call.Target, JournalEnd))
        {
            Appends++;
            Require(call, _disk.IsContentSafe(call.Target), "is appended to before its last append was synced");
            Require(call, IsDirectorySafe(), "is appended to before the directory was synced");
            Offset(call);
            _disk.Write(call);
        }
        else if (IsCheckpoint(call.Target, TemporaryEnd))
        {
            Offset(call);
            _disk.Write(call);
        }
        else if (Path.GetDirectoryName(call.Target) == Path.Join(state, "dead-letters"))
        {
            _disk.Write(call);
            _letters.AddRange(Lines(call.Text).Select(letter =>
                (
                    call.Target,
                    letter.GetProperty("path").GetString()!,
                    letter.GetProperty("start").GetInt64(),
                    letter.GetProperty("end").GetInt64())));
        }
    }

    /// <summary>Holds every committed offset of some checkpoint lines against what had come in.</summary>
    private void Offset(SystemCall call)
    {
        foreach (var line in Lines(call.Text).Where(line => line.GetProperty("kind").GetString() is "stream" or "commit"))
        {
            var stream = line.GetProperty("stream").GetInt64();
            if (line.TryGetProperty("path", out var path))
            {
                _paths[stream] = path.GetString()!;
            }

            if (_paths[stream].Length > 0)
            {
                var committed = line.GetProperty("committed").GetInt64();
                Offsets++;
                Require(
                    call,
                    committed <= logs.SettledPrefix(_paths[stream]),
                    $"says {committed} of {Path.GetFileName(_paths[stream])}, of which {logs.SettledPrefix(_paths[stream])} were settled");
            }
        }
    }

    private void SettleLetters()
    {
        foreach (var letter in _letters.Where(letter => _disk.IsContentSafe(letter.File) && _disk.IsNameSafe(letter.File)).ToList())
        {
            logs.Settle(letter.Path, letter.Start, letter.End);
            _letters.Remove(letter);
            Letters++;
        }
    }

    private WireListener Wire(SystemCall call)
    {
        if (!_wires.TryGetValue(call.Target, out var wire))
        {
            _wires.Add(call.Target, wire = new WireListener());
        }

        return wire;
    }

    private static string Bytes(SystemCall call) => call.Text[..(int)call.Result];

    private static IEnumerable<JsonElement> Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(
            line => JsonDocument.Parse(System.Text.Encoding.Latin1.GetBytes(line)).RootElement);

    private bool IsCheckpoint(string path, string ending) =>
        Path.GetDirectoryName(path) == state && path.EndsWith(ending, StringComparison.Ordinal);

    private bool IsDirectorySafe() => _disk.AreNamesSafe(path => IsCheckpoint(path, JournalEnd) || IsCheckpoint(path, SnapshotEnd));

    private void Require(SystemCall call, bool holds, string problem)
    {
        if (!holds)
        {
            var name = Path.GetFileName(call.Target.Length > 0 ? call.Target : call.Texts[^1]);
            _violations.Add($"line {call.Begin}: {name} {problem}");
        }
    }
}
