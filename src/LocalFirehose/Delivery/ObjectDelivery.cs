using System.IO.Compression;
using Shipper.Foundation.Files;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>
/// Turns a sealed segment into an object under <c>s3/</c> by renaming a complete file, so that readers never see a partial
/// object. An interrupted delivery can be repeated; the object is neither lost nor duplicated.
/// </summary>
internal sealed class ObjectDelivery(string s3, string temporary)
{
    private const int CopyBytes = 128 * 1024;

    /// <summary>Delivers one segment; false if it was empty or already delivered, and is only deleted.</summary>
    /// <exception cref="IOException">The segment is unchanged and can be delivered later.</exception>
    public bool Deliver(SpoolSegment segment)
    {
        var target = Path.Combine(s3, segment.Header.Bucket, segment.Header.Key.TrimStart('/'));
        // After an interruption, a plain object has been renamed, so the bytes file is missing; a compressed object exists already.
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
                TruncateToCommitted(segment);
                File.Move(segment.BytesPath, target, overwrite: false);
            }
        }

        segment.Delete();
        return delivers;
    }

    private static void TruncateToCommitted(SpoolSegment segment)
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
        TruncateToCommitted(segment);
        var partial = Path.Combine(temporary, Path.GetFileNameWithoutExtension(segment.BytesPath) + ".gz");
        using (var source = new FileStream(segment.BytesPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        using (var file = new FileStream(partial, PrivateFiles.Options(FileMode.Create, FileAccess.Write, FileShare.None, CopyBytes)))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            source.CopyTo(gzip, CopyBytes);
        }

        File.Move(partial, target, overwrite: false);
    }
}
