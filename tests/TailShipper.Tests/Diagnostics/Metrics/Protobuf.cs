using System.Text;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>Reads the wire format of protocol buffers, as far as OTLP metrics need it.</summary>
internal static class Protobuf
{
    /// <summary>The fields of one message: number, and a varint, eight bytes as bits, or content.</summary>
    public static IEnumerable<(int Field, ulong Number, byte[] Content)> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return (field, Varint(message, ref at), []);
                    break;
                case 1:
                    yield return (field, BitConverter.ToUInt64(message, at), []);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return (field, 0, message[at..(at + length)]);
                    at += length;
                    break;
                case 5:
                    yield return (field, BitConverter.ToUInt32(message, at), []);
                    at += 4;
                    break;
                default:
                    throw new FormatException($"wire type {tag & 7} at {at}");
            }
        }
    }

    /// <summary>The content of every field with this number.</summary>
    public static IEnumerable<byte[]> All(byte[] message, int field) =>
        Fields(message).Where(found => found.Field == field).Select(found => found.Content);

    /// <summary>The text of the first field with this number.</summary>
    public static string Text(byte[] message, int field) => Encoding.UTF8.GetString(All(message, field).FirstOrDefault() ?? []);

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
