using System.Diagnostics;
using System.Text;
using Shipper.Foundation.Files;

namespace Shipper.LocalFirehose.Browsing;

/// <summary>What was delivered, for a person who wants to know whether something is in it. Reads only.</summary>
/// <param name="s3">The directory in place of S3.</param>
internal sealed class DeliveredObjects(string s3)
{
    /// <summary>Bytes that one search reads at most, after decompression.</summary>
    public const long MostBytes = 512L * 1024 * 1024;

    /// <summary>Bytes of a line that are shown.</summary>
    public const int ShownBytes = 400;

    /// <summary>The time after which a search ends.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private const int ChunkBytes = 256 * 1024;

    /// <summary>The newest objects, and how many there are.</summary>
    public (int Total, IReadOnlyList<DeliveredObject> Newest) List(int most)
    {
        var all = Files().ToList();
        return (all.Count, [.. all.OrderByDescending(file => file.LastWriteTimeUtc).ThenBy(file => file.FullName, StringComparer.Ordinal)
            .Take(most).Select(file => new DeliveredObject(Key(file), file.Length, file.LastWriteTimeUtc))]);
    }

    /// <summary>The lines that contain a text, as its UTF-8 bytes are; the newest objects first.</summary>
    /// <param name="text">Not empty.</param>
    /// <param name="most">Lines that are returned.</param>
    /// <param name="cancellation">Ends it with what was found.</param>
    public SearchAnswer Search(string text, int most, CancellationToken cancellation)
    {
        var needle = Encoding.UTF8.GetBytes(text);
        var (started, found, bytes, objects) = (Stopwatch.GetTimestamp(), new List<FoundLine>(), 0L, 0);
        foreach (var file in Files().OrderByDescending(file => file.LastWriteTimeUtc))
        {
            if (cancellation.IsCancellationRequested || bytes >= MostBytes || found.Count >= most
                || Stopwatch.GetElapsedTime(started) > Longest)
            {
                return new SearchAnswer(text, found, objects, bytes, IsComplete: false);
            }

            try
            {
                using var stream = PlainOrGzip.Open(file.FullName);
                bytes += Search(stream, needle, most - found.Count, MostBytes - bytes, Key(file), found);
                objects++;
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                // It was removed, or is not ours.
            }
        }

        return new SearchAnswer(text, found, objects, bytes, IsComplete: true);
    }

    /// <summary>Searches one object; the bytes that were read.</summary>
    internal static long Search(Stream stream, byte[] needle, int most, long mostBytes, string key, List<FoundLine> found)
    {
        // What is kept before a chunk: a line's beginning that fits, so that a match across two chunks is found and shown.
        var buffer = new byte[(2 * ChunkBytes) + needle.Length];
        var (kept, total, line, wanted) = (0, 0L, 1L, found.Count + most);
        while (total < mostBytes && found.Count < wanted)
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(kept, ChunkBytes), ChunkBytes, throwOnEndOfStream: false);
            total += read;
            var text = buffer.AsSpan(0, kept + read);
            var isEnd = read < ChunkBytes;
            var end = isEnd ? text.Length : text.LastIndexOf((byte)'\n') + 1;
            if (end == 0)
            {
                // One line that is longer than the chunk: its parts are searched as they come.
                end = text.Length - Math.Min(text.Length, needle.Length - 1);
                Add(text, needle, line, wanted, key, found);
            }
            else
            {
                line = AddLines(text[..end], needle, line, wanted, key, found);
            }

            text[end..].CopyTo(buffer);
            kept = text.Length - end;
            if (isEnd)
            {
                break;
            }
        }

        return total;
    }

    private static long AddLines(ReadOnlySpan<byte> text, byte[] needle, long line, int wanted, string key, List<FoundLine> found)
    {
        var counted = 0;
        for (var from = 0; found.Count < wanted && from < text.Length && text[from..].IndexOf(needle) is >= 0 and var at;)
        {
            var start = text[..(from + at)].LastIndexOf((byte)'\n') + 1;
            var length = text[(from + at)..].IndexOf((byte)'\n');
            var end = length < 0 ? text.Length : from + at + length;
            line += text[counted..start].Count((byte)'\n');
            counted = start;
            if (found.Count == 0 || found[^1].Line != line || found[^1].Object != key)
            {
                found.Add(new FoundLine(key, line, Shown(text[start..end], from + at - start, needle.Length)));
            }

            from = end + 1;
        }

        return line + text[counted..].Count((byte)'\n');
    }

    private static void Add(ReadOnlySpan<byte> part, byte[] needle, long line, int wanted, string key, List<FoundLine> found)
    {
        var isKnown = found.Count > 0 && found[^1].Line == line && found[^1].Object == key;
        if (part.IndexOf(needle) is >= 0 and var at && found.Count < wanted && !isKnown)
        {
            found.Add(new FoundLine(key, line, Shown(part, at, needle.Length)));
        }
    }

    // So much of a long line that the match is in it.
    private static string Shown(ReadOnlySpan<byte> line, int at, int length)
    {
        var start = line.Length <= ShownBytes ? 0 : Math.Max(0, Math.Min(at - ((ShownBytes - length) / 2), line.Length - ShownBytes));
        var shown = line[start..Math.Min(line.Length, start + Math.Max(ShownBytes, length))];
        var text = Encoding.UTF8.GetString(shown).TrimEnd('\r');
        return $"{(start > 0 ? "…" : "")}{text}{(start + shown.Length < line.Length ? "…" : "")}";
    }

    private IEnumerable<FileInfo> Files() => Directory.Exists(s3)
        ? new DirectoryInfo(s3).EnumerateFiles("*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        })
        : [];

    private string Key(FileInfo file) => Path.GetRelativePath(s3, file.FullName).Replace('\\', '/');
}

/// <summary>One object.</summary>
/// <param name="Key">Bucket and key.</param>
/// <param name="Bytes">Its size as it is stored.</param>
/// <param name="At">When it was delivered, UTC.</param>
internal sealed record DeliveredObject(string Key, long Bytes, DateTimeOffset At);

/// <summary>One line that was found.</summary>
/// <param name="Object">Bucket and key.</param>
/// <param name="Line">Its number in the object, from 1.</param>
/// <param name="Text">The line, or what of a long one is around the match.</param>
internal sealed record FoundLine(string Object, long Line, string Text);

/// <summary>What a search found.</summary>
/// <param name="Text">What was searched for.</param>
/// <param name="Lines">The lines, newest objects first.</param>
/// <param name="Objects">Objects that were read to the end, or to the last line that was asked for.</param>
/// <param name="Bytes">Bytes that were read.</param>
/// <param name="IsComplete">False when a limit ended it: there may be more.</param>
internal sealed record SearchAnswer(string Text, IReadOnlyList<FoundLine> Lines, int Objects, long Bytes, bool IsComplete);
