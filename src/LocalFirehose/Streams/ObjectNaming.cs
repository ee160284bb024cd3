using System.Globalization;

namespace Shipper.LocalFirehose.Streams;

/// <summary>Names objects: <c>&lt;prefix&gt;&lt;stream&gt;-&lt;version&gt;-yyyy-MM-dd-HH-mm-ss-&lt;uuid&gt;[.gz]</c>.</summary>
/// <param name="newUuid">Supplies uuids; two equal ones in a second would be one object.</param>
internal sealed class ObjectNaming(Func<Guid> newUuid)
{
    /// <summary>The key of the object that a record arriving at <paramref name="arrival"/> begins.</summary>
    public string NewKey(StreamDefinition stream, DateTimeOffset arrival)
    {
        var destination = stream.Destination;
        var uuid = newUuid();
        var prefix = DestinationPrefixes
            .Parse(destination.Prefix, destination.ErrorOutputPrefix, arrival)
            .Evaluate(arrival, RandomString(newUuid()));
        var time = arrival.UtcDateTime.ToString("yyyy-MM-dd-HH-mm-ss", CultureInfo.InvariantCulture);
        var extension = destination.Compression == Compression.Gzip ? ".gz" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{stream.Name}-{stream.Version}-{time}-{uuid}{extension}");
    }

    private static string RandomString(Guid source)
    {
        // Letters only from the uuid's random bytes; 7 and 8 hold its version and variant.
        const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        Span<byte> bytes = stackalloc byte[16];
        source.TryWriteBytes(bytes);
        Span<char> text = stackalloc char[DestinationPrefixes.RandomStringLength];
        for (int index = 0, from = 0; index < text.Length; index++, from++)
        {
            from += from is 7 or 8 ? 1 : 0;
            text[index] = Letters[bytes[from] % Letters.Length];
        }

        return new string(text);
    }
}
