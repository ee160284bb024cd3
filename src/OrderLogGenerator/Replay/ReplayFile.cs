using System.IO.Compression;
using System.Text;

namespace Shipper.OrderLogGenerator.Replay;

/// <summary>Opens a replayed file, plain or gzip, and detects its encoding.</summary>
internal static class ReplayFile
{
    /// <summary>Opens the file's content, decompressed if it is gzip.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            // RFC 1952: a gzip member starts with 1f 8b. The file name may be wrong.
            var compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            return compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The encoding of the file; <see cref="ReplayEncoding.Auto"/> reads all of it once.</summary>
    /// <exception cref="InvalidDataException">The gzip is damaged.</exception>
    public static Encoding EncodingOf(string path, ReplayEncoding configured) => configured switch
    {
        ReplayEncoding.Utf8 => Encoding.UTF8,
        ReplayEncoding.Latin1 => Encoding.Latin1,
        _ => IsUtf8(path) ? Encoding.UTF8 : Encoding.Latin1,
    };

    private static bool IsUtf8(string path)
    {
        var decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
        var bytes = new byte[64 * 1024];
        var characters = new char[bytes.Length + 1];
        using var file = Open(path);
        try
        {
            int read;
            while ((read = file.Read(bytes)) > 0)
            {
                decoder.GetChars(bytes.AsSpan(0, read), characters, flush: false);
            }

            decoder.GetChars([], characters, flush: true);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
