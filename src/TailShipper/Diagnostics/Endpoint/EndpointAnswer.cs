using System.Text;

namespace Shipper.TailShipper.Diagnostics.Endpoint;

/// <summary>What the endpoint answers.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The content.</param>
/// <param name="ContentType">Its type.</param>
internal sealed record EndpointAnswer(int Status, string Body, string ContentType = EndpointAnswer.Text)
{
    /// <summary>Plain text.</summary>
    public const string Text = "text/plain; charset=utf-8";

    /// <summary>JSON.</summary>
    public const string Json = "application/json; charset=utf-8";

    /// <summary>JSON objects, one a line.</summary>
    public const string JsonLines = "application/x-ndjson; charset=utf-8";

    /// <summary>
    /// Writes more content behind <see cref="Body"/>, for as long as it likes; its length is not known before. It is cancelled when the
    /// other end closes. Null for none.
    /// </summary>
    public Func<Stream, CancellationToken, Task>? WriteContent { get; init; }

    // What a browser may do with any answer: a page takes its own files and asks its own address, and nobody else shows it or learns
    // its address.
    private const string Restrictions =
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
        + "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
        + "Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n";

    /// <summary>As bytes of HTTP/1.1; the connection closes behind it.</summary>
    /// <param name="withBody">False for an answer to HEAD.</param>
    public byte[] ToBytes(bool withBody)
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var length = WriteContent is null ? $"Content-Length: {body.Length}\r\n" : "";
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {Status} {Words}\r\nContent-Type: {ContentType}\r\n{length}Cache-Control: "
            + $"no-store\r\n{Restrictions}Connection: close\r\n\r\n");
        return withBody ? [.. head, .. body] : head;
    }

    private string Words => Status switch
    {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        421 => "Misdirected Request",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Answer",
    };
}
