using System.Buffers.Binary;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>The first message of a TLS client (RFC 8446, 4.1.2).</summary>
internal static class ClientHello
{
    private const int SupportedVersions = 43;

    /// <summary>The versions that it offers: 0x0303 is TLS 1.2. Without the extension that lists them, the one of its beginning.</summary>
    public static async Task<IReadOnlyList<int>> VersionsAsync(Stream stream)
    {
        var record = new byte[5];
        await stream.ReadExactlyAsync(record);
        var hello = new byte[BinaryPrimitives.ReadUInt16BigEndian(record.AsSpan(3))];
        await stream.ReadExactlyAsync(hello);
        var at = 4; // type and length
        var version = Number(hello, ref at, 2);
        at += 32; // random
        foreach (var bytes in (int[])[1, 2, 1]) // session, cipher suites, compression
        {
            var length = Number(hello, ref at, bytes);
            at += length;
        }

        var extensions = at == hello.Length ? 0 : Number(hello, ref at, 2);
        for (var end = at + extensions; at < end;)
        {
            var (type, length) = (Number(hello, ref at, 2), Number(hello, ref at, 2));
            if (type == SupportedVersions)
            {
                var versions = new int[Number(hello, ref at, 1) / 2];
                for (var index = 0; index < versions.Length; index++)
                {
                    versions[index] = Number(hello, ref at, 2);
                }

                return versions;
            }

            at += length;
        }

        return [version];
    }

    private static int Number(byte[] bytes, ref int at, int length)
    {
        var number = 0;
        for (var end = at + length; at < end; at++)
        {
            number = (number << 8) | bytes[at];
        }

        return number;
    }
}
