using System.Globalization;
using System.Text;

namespace Shipper.Bench.Baseline;

/// <summary>Reads HTTP/1.1 messages with a Content-Length.</summary>
internal static class HttpMessage
{
    /// <summary>
    /// Reads a message into <paramref name="buffer"/>; returns the range of the body, or null at the end of the connection.
    /// </summary>
    /// <exception cref="FormatException">There is no Content-Length.</exception>
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
