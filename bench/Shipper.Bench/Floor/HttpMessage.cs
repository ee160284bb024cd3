using System.Globalization;
using System.Text;

namespace Shipper.Bench.Floor;

/// <summary>HTTP/1.1 messages whose body has a length, as far as a floor needs them.</summary>
internal static class HttpMessage
{
    /// <summary>Reads one message into <paramref name="buffer"/>; where in it the body lies, or null at the end of the connection.</summary>
    /// <exception cref="FormatException">It names no length.</exception>
    public static Range? Read(Stream connection, byte[] buffer)
    {
        int length = 0, whole = int.MaxValue, head = 0;
        while (length < whole)
        {
            var read = connection.Read(buffer.AsSpan(length));
            if (read == 0)
            {
                return null;
            }

            length += read;
            if (head == 0 && buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                head = end + 4;
                whole = head + ContentLength(Encoding.ASCII.GetString(buffer, 0, end + 2));
            }
        }

        return head..whole;
    }

    private static int ContentLength(string head)
    {
        const string Name = "\r\nContent-Length: ";
        var from = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        return from < Name.Length
            ? throw new FormatException("A message without Content-Length.")
            : int.Parse(head.AsSpan(from, head.IndexOf('\r', from) - from), CultureInfo.InvariantCulture);
    }
}
