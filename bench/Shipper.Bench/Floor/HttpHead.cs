using System.Globalization;
using System.Text;

namespace Shipper.Bench.Floor;

/// <summary>The head of an HTTP/1.1 message whose body has a length.</summary>
/// <param name="Length">Bytes of it, its empty line included.</param>
/// <param name="ContentLength">Bytes of the body that follows.</param>
internal readonly record struct HttpHead(int Length, int ContentLength)
{
    /// <summary>The head at the front of <paramref name="message"/>; null while it is not whole.</summary>
    /// <exception cref="FormatException">It names no length.</exception>
    public static HttpHead? Find(ReadOnlySpan<byte> message)
    {
        const string Name = "\r\nContent-Length: ";
        var end = message.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var text = Encoding.ASCII.GetString(message[..(end + 2)]);
        var from = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return from < 0
            ? throw new FormatException("A message without Content-Length.")
            : new HttpHead(end + 4, int.Parse(text.AsSpan(from + Name.Length, text.IndexOf('\r', from + Name.Length) - from - Name.Length), CultureInfo.InvariantCulture));
    }
}
