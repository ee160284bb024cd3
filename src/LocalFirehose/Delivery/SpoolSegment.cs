using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;
using Shipper.Foundation.Files;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>
/// The accepted bytes of one future object, in two files: <c>ID.bytes</c> has exactly the content of the object;
/// <c>ID.commit</c> has the number of accepted bytes (20 digits) and the <see cref="SegmentHeader"/>. A process killed during
/// a write leaves bytes beyond the committed length. They were never acknowledged and are truncated. Not thread-safe;
/// <see cref="StreamSpool"/> owns it.
/// </summary>
internal sealed class SpoolSegment : IDisposable
{
    /// <summary>Extension of the file with the bytes.</summary>
    public const string BytesExtension = ".bytes";

    /// <summary>Extension of the file with the committed length and the header.</summary>
    public const string CommitExtension = ".commit";

    private const int LengthDigits = 20;
    private readonly SafeFileHandle? _bytes;
    private readonly SafeFileHandle? _commit;

    private SpoolSegment(string pathWithoutExtension, SegmentHeader header, long length, SafeFileHandle? bytes, SafeFileHandle? commit)
    {
        BytesPath = pathWithoutExtension + BytesExtension;
        CommitPath = pathWithoutExtension + CommitExtension;
        Header = header;
        Length = length;
        _bytes = bytes;
        _commit = commit;
    }

    /// <summary>The file with the bytes.</summary>
    public string BytesPath { get; }

    /// <summary>The file with the committed length and the header.</summary>
    public string CommitPath { get; }

    /// <summary>Describes the object that the segment becomes.</summary>
    public SegmentHeader Header { get; }

    /// <summary>Number of accepted bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Creates a segment in the directory <paramref name="spool"/>.</summary>
    public static SpoolSegment Create(string spool, Guid id, SegmentHeader header)
    {
        var path = Path.Combine(spool, id.ToString("N", CultureInfo.InvariantCulture));
        // The header is written first, because bytes without a header could not be delivered.
        var commit = OpenNew(path + CommitExtension);
        RandomAccess.Write(commit, Encoding.UTF8.GetBytes(
            0.ToString("D20", CultureInfo.InvariantCulture) + "\n" + JsonSerializer.Serialize(
                header, DeliveryJson.Default.SegmentHeader)), 0);
        return new SpoolSegment(path, header, 0, OpenNew(path + BytesExtension), commit);
    }

    /// <summary>Opens the segment of an earlier process; null if its commit file is damaged.</summary>
    public static SpoolSegment? Recover(string commitPath)
    {
        var text = File.ReadAllText(commitPath);
        try
        {
            return text.Length > LengthDigits
                && long.TryParse(text.AsSpan(0, LengthDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                && JsonSerializer.Deserialize(text.AsSpan(LengthDigits), DeliveryJson.Default.SegmentHeader) is { } header
                    ? new SpoolSegment(commitPath[..^CommitExtension.Length], header, length, null, null)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Appends accepted bytes; on return they survive a killed process. After an exception the segment is unchanged.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        RandomAccess.Write(_bytes!, data, Length);
        Span<byte> digits = stackalloc byte[LengthDigits];
        (Length + data.Length).TryFormat(digits, out _, "D20", CultureInfo.InvariantCulture);
        RandomAccess.Write(_commit!, digits, 0);
        Length += data.Length;
    }

    /// <summary>Deletes both files.</summary>
    public void Delete()
    {
        File.Delete(BytesPath);
        File.Delete(CommitPath);
    }

    /// <summary>Closes both files; nothing more can be appended.</summary>
    public void Dispose()
    {
        _bytes?.Dispose();
        _commit?.Dispose();
    }

    private static SafeFileHandle OpenNew(string path)
    {
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, PrivateFiles.FileMode);
        }

        return handle;
    }
}

/// <summary>Describes the object that a segment becomes; determined when the first record arrives, and stored on disk.</summary>
/// <param name="Stream">The stream it belongs to.</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The full key of the object.</param>
/// <param name="Compression">Compression of the object.</param>
/// <param name="FirstArrival">When its first record arrived, UTC.</param>
internal sealed record SegmentHeader(string Stream, string Bucket, string Key, Compression Compression, DateTimeOffset FirstArrival)
{
    /// <summary>
    /// Of a segment with records that are to be processed: the stream as it was when they were accepted. Null for an object.
    /// </summary>
    public StreamDefinition? Definition { get; init; }
}

/// <summary>JSON form of segment headers.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SegmentHeader))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
