using System.IO.Compression;

namespace Shipper.Foundation.Files;

/// <summary>Reads files that are plain or gzip.</summary>
internal static class PlainOrGzip
{
    /// <summary>
    /// Opens the content of a file, decompressed if it is gzip. RFC 1952: every gzip member starts with 1f 8b, whatever the name of
    /// the file is. Reading may throw <see cref="InvalidDataException"/> if the gzip is damaged.
    /// </summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            var isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
