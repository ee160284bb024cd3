using System.IO.Compression;
using System.Text;

namespace Shipper.DeliveryProof.Tests;

/// <summary>A directory that is deleted afterwards.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("delivery-proof-").FullName;

    public string At(string name) => Path.Join(Root, name);

    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), content);
        return At(name);
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public static byte[] Gzip(params byte[][] members)
    {
        var compressed = new MemoryStream();
        foreach (var member in members)
        {
            using var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(member);
        }

        return compressed.ToArray();
    }

    public static byte[] Gzip(params string[] members) => Gzip([.. members.Select(Encoding.UTF8.GetBytes)]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
