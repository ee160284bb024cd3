using System.IO.Compression;
using Shipper.Foundation.Files;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>
/// Turns a closed segment into an object under <c>s3/</c>, by renaming a whole file into place: no reader ever sees half
/// an object. Repeating a delivery that was cut short neither loses nor doubles the object.
/// </summary>
internal sealed class ObjectDelivery(string s3, string temporary)
{
    private const int CopyBytes = 128 * 1024;

    /// <summary>Delivers one segment; false when it was empty and simply goes away.</summary>
    /// <exception cref="IOException">The segment stays where it is and can be delivered later.</exception>
    public bool Deliver(SpoolSegment segment)
    {
        var target = Path.Combine(s3, segment.Header.Bucket, segment.Header.Key.TrimStart('/'));
        // The bytes are gone when a plain object was renamed, the object is there when a compressed one was.
        var hasBytes = File.Exists(segment.BytesPath);
        var delivers = segment.Length > 0 && hasBytes && !File.Exists(target);
        if (delivers)
        {
            PrivateFiles.CreateDirectory(Path.GetDirectoryName(target)!);
            if (segment.Header.Compression == Compression.Gzip)
            {
                Compress(segment, target);
            }
            else
            {
                Cut(segment);
                File.Move(segment.BytesPath, target, overwrite: false);
            }
        }

        File.Delete(segment.BytesPath);
        File.Delete(segment.CommitPath);
        return delivers;
    }

    private static void Cut(SpoolSegment segment)
    {
        using var bytes = new FileStream(segment.BytesPath, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (bytes.Length < segment.Length)
        {
            throw new IOException($"{segment.BytesPath} holds {bytes.Length} bytes where {segment.Length} were accepted");
        }

        if (bytes.Length > segment.Length)
        {
            bytes.SetLength(segment.Length);
        }
    }

    private void Compress(SpoolSegment segment, string target)
    {
        Cut(segment);
        var half = Path.Combine(temporary, Path.GetFileNameWithoutExtension(segment.BytesPath) + ".gz");
        using (var source = new FileStream(segment.BytesPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        using (var file = new FileStream(half, PrivateFiles.Options(FileMode.Create, FileAccess.Write, FileShare.None, CopyBytes)))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            source.CopyTo(gzip, CopyBytes);
        }

        File.Move(half, target, overwrite: false);
    }
}
