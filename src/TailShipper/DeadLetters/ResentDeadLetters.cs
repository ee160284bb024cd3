using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>
/// Which dead letters were resent: marks in files <c>resent-ID.marks</c> beside them, one JSON object a line. Each resend writes a new
/// file, so that none ever appends after a line that a crash tore.
/// </summary>
internal sealed class ResentDeadLetters : IDisposable
{
    private const string Prefix = "resent-";
    private const string Suffix = ".marks";
    private const int PieceBytes = 64 * 1024;
    private const int MaxMarkBytes = 4096;

    private readonly IStateDirectory _directory;
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _sent = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];
    private readonly StringBuilder _pending = new();
    private IStateFile? _file;

    private ResentDeadLetters(IStateDirectory directory) => _directory = directory;

    /// <summary>Dead letters that are marked.</summary>
    public int Count => _done.Count;

    /// <summary>Bytes of all marks: they only grow, except for a <see cref="Compact"/>.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads all marks in <paramref name="directory"/>. A torn line is none.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read them.</exception>
    public static ResentDeadLetters Load(string directory) => Load(new PhysicalStateDirectory(directory));

    /// <inheritdoc cref="Load(string)"/>
    public static ResentDeadLetters Load(IStateDirectory directory)
    {
        var marks = new ResentDeadLetters(directory);
        foreach (var name in marks._directory.List().Where(IsMarkFile).Order(StringComparer.Ordinal))
        {
            using var content = marks._directory.Open(name);
            marks._files.Add(name);
            marks.Bytes += content.Length;
            marks.TakeAll(content);
        }

        return marks;
    }

    // In pieces: there may be a million marks. A line longer than any mark is none, and neither is what has no line feed.
    private void TakeAll(IStateReader content)
    {
        var buffer = new byte[Math.Min(content.Length, PieceBytes)];
        var (filled, isSkipping) = (0, false);
        while (content.Read(buffer.AsSpan(filled)) is > 0 and var read)
        {
            filled += read;
            var rest = buffer.AsSpan(0, filled);
            for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
            {
                if (!isSkipping && end is > 0 and <= MaxMarkBytes)
                {
                    Take(rest[..end]);
                }

                isSkipping = false;
                rest = rest[(end + 1)..];
            }

            isSkipping |= rest.Length > MaxMarkBytes;
            filled = isSkipping ? 0 : rest.Length;
            rest[..filled].CopyTo(buffer);
        }
    }

    /// <summary>True when the dead letter was resent.</summary>
    public bool Contains(string id) => _done.Contains(id);

    /// <summary>
    /// Up to which offset the line was resent whose first part is the dead letter <paramref name="id"/>; null when not at all.
    /// </summary>
    public long? SentTo(string id) => _sent.TryGetValue(id, out var to) ? to : null;

    /// <summary>
    /// Creates a file of marks. Done before anything is sent, so that a failure shows early. The directory's owner owns it.
    /// </summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public void Begin(DateTimeOffset now)
    {
        var name = $"{Prefix}{Guid.CreateVersion7(now):N}{Suffix}";
        _file = _directory.Create(name);
        _directory.Sync();
        _files.Add(name);
    }

    /// <summary>Marks a dead letter as resent; durable after <see cref="Sync"/>.</summary>
    public void Done(string id, DateTimeOffset now)
    {
        if (_done.Add(id))
        {
            _pending.Append("{\"id\":\"").Append(id).Append("\",\"at\":").Append(Json(now)).Append("}\n");
        }
    }

    /// <summary>Marks how far a line was resent; durable after <see cref="Sync"/>.</summary>
    public void Sent(string id, long to, DateTimeOffset now)
    {
        _sent[id] = to;
        _pending.Append("{\"id\":\"").Append(id).Append("\",\"sent_to\":").Append(to)
            .Append(",\"at\":").Append(Json(now)).Append("}\n");
    }

    private static string Json(DateTimeOffset time) => JsonSerializer.Serialize(time, MarkJson.Default.DateTimeOffset);

    /// <summary>Makes all marks durable.</summary>
    /// <exception cref="IOException">They may not be durable; what they mark may be sent again.</exception>
    public void Sync()
    {
        if (_pending.Length > 0)
        {
            var bytes = Encoding.UTF8.GetBytes(_pending.ToString());
            _file!.Append(bytes);
            _file.Sync();
            _pending.Clear();
            Bytes += bytes.Length;
        }
    }

    /// <summary>Compacts the marks: those of existing dead letters go to one file, the other files are deleted.</summary>
    /// <param name="present">The ids of all existing dead letters.</param>
    /// <param name="now">For the file's name and marks.</param>
    /// <exception cref="IOException">It could not be done; nothing is lost.</exception>
    public void Compact(IReadOnlySet<string> present, DateTimeOffset now)
    {
        if (_files.Count <= 2 && _done.Count <= 2 * present.Count)
        {
            return;
        }

        var old = _files.ToList();
        _file!.Dispose();
        Begin(now);
        foreach (var (id, to) in _sent.Where(sent => present.Contains(sent.Key)).ToList())
        {
            Sent(id, to, now);
        }

        var kept = _done.Where(present.Contains).ToList();
        _done.Clear();
        kept.ForEach(id => Done(id, now));
        Sync();
        old.ForEach(_directory.Delete);
        _files.RemoveAll(old.Contains);
    }

    /// <summary>Closes; a file without marks is deleted.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        if (_file is not null && Path.Join(_directory.Name, _files[^1]) is var path && File.Exists(path) && new FileInfo(path).Length == 0)
        {
            _directory.Delete(_files[^1]);
        }
    }

    private static bool IsMarkFile(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal);

    private void Take(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            using var mark = JsonDocument.ParseValue(ref json);
            var id = mark.RootElement.GetProperty("id").GetString() ?? throw new FormatException("no id");
            if (mark.RootElement.TryGetProperty("sent_to", out var to))
            {
                _sent[id] = to.GetInt64();
            }
            else
            {
                _done.Add(id);
            }
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Torn by a crash: what it was to mark counts as not resent.
        }
    }
}

/// <summary>The JSON form of what a mark has.</summary>
[JsonSerializable(typeof(DateTimeOffset))]
internal sealed partial class MarkJson : JsonSerializerContext;
