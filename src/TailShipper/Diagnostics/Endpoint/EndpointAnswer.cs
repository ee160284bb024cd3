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

    /// <summary>As bytes of HTTP/1.1; the connection closes behind it.</summary>
    /// <param name="withBody">False for an answer to HEAD.</param>
    public byte[] ToBytes(bool withBody)
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {Status} {Words}\r\nContent-Type: {ContentType}\r\nContent-Length: {body.Length}\r\nCache-Control: "
            + "no-store\r\nConnection: close\r\n\r\n");
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
