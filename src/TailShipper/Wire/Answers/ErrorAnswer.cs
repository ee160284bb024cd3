using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Shipper.TailShipper.Wire.Answers;

/// <summary>What an answer other than 200 says: the code and message of the service, or of a proxy in front of it.</summary>
/// <param name="Code">Without prefix or suffix, for example <c>ResourceNotFoundException</c>; <c>Http503</c> and the like where the answer
/// names none.</param>
/// <param name="Message">The service's message, not sanitized; null without any.</param>
internal readonly record struct ErrorAnswer(string Code, string? Message)
{
    private const int MaxCodeLength = 100;

    /// <summary>Reads the code from the body's <c>__type</c> (or <c>code</c>), else from the header <c>x-amzn-ErrorType</c>.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="typeHeader">The value of <c>x-amzn-ErrorType</c>; null when absent.</param>
    /// <param name="body">The body, whatever it is.</param>
    public static ErrorAnswer Parse(int status, string? typeHeader, ReadOnlySpan<byte> body)
    {
        var (type, message) = ReadBody(body);
        var code = Bare(type) ?? Bare(typeHeader);
        if (code is not null)
        {
            return new ErrorAnswer(code, message);
        }

        code = string.Create(CultureInfo.InvariantCulture, $"Http{status}");
        return new ErrorAnswer(
            code, message ?? $"{(HttpStatusCode)status}, without an AWS error code: a proxy, gateway or load balancer may have answered");
    }

    /// <summary>At most the first 100 characters of <paramref name="code"/>.</summary>
    public static string Shorten(string code) => code.Length <= MaxCodeLength ? code : code[..MaxCodeLength];

    private static (string? Type, string? Message) ReadBody(ReadOnlySpan<byte> body)
    {
        string? type = null;
        string? code = null;
        string? message = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("__type"u8))
                {
                    type = Text(ref reader) ?? type;
                }
                else if (reader.ValueTextEquals("code"u8))
                {
                    code = Text(ref reader) ?? code;
                }
                else if (reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("Message"u8))
                {
                    message = Text(ref reader) ?? message;
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // HTML, or a body cut short: what was read so far still helps.
        }

        return (type ?? code, message);
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    // com.amazonaws.firehose#ThrottlingException and ThrottlingException:http://… both mean ThrottlingException.
    private static string? Bare(string? type)
    {
        if (type is null)
        {
            return null;
        }

        var name = type.AsSpan(type.LastIndexOf('#') + 1);
        var colon = name.IndexOf(':');
        name = (colon < 0 ? name : name[..colon]).Trim();
        return name.IsEmpty ? null : Shorten(name.ToString());
    }
}
