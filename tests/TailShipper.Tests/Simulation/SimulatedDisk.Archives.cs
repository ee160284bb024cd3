using System.IO.Compression;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>What gzip does to the disk.</summary>
internal sealed partial class SimulatedDisk
{
    /// <summary>Compresses a file into one beside it, which takes over its modification time as gzip does, and removes it.</summary>
    public void Compress(string path)
    {
        CompressBeside(path);
        Delete(path);
    }

    /// <summary>The same without removing it: gzip -k, or the moment before.</summary>
    public DiskInode CompressBeside(string path)
    {
        var source = _files[path];
        var archive = Create(path + ".gz");
        archive.Content.Append(Gzip(path));
        archive.Modified = source.Modified;
        return archive;
    }

    /// <summary>What gzip makes of a file.</summary>
    public byte[] Gzip(string path)
    {
        var bytes = new byte[_files[path].Content.Length];
        _files[path].Content.Read(bytes, 0);
        return Gzip(bytes);
    }

    public static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return archive.ToArray();
    }
}
