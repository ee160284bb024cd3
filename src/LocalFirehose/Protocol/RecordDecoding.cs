using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>Checks a Put call's members against their constraints and decodes the records.</summary>
internal static class RecordDecoding
{
    /// <summary>Decodes every record of <paramref name="request"/>; the error of the first constraint that is broken, or null.</summary>
    public static ServiceError? Decode(ReadOnlySpan<byte> body, bool single, PutRequest request)
    {
        // The JSON layer decodes before the service validates, so bad base64 wins over bad members.
        var kept = Math.Min(request.Count ?? 0, Limits.MaxRecordsPerCall);
        var raw = request.RentRaw(Math.Max(body.Length, 1));
        var missing = -1;
        for (var index = 0; index < kept; index++)
        {
            var (start, length) = request[index];
            if (start < 0)
            {
                missing = missing < 0 ? index : missing;
                continue;
            }

            if (!TryDecode(body.Slice(start, length), raw[request.RawLength..], out var written))
            {
                return Errors.Serialization("Data is not valid base64.");
            }

            request.Decoded(index, written);
        }

        return CheckMembers(single, request, missing);
    }

    /// <summary>Standard alphabet with padding and nothing else: no white space, no line ends, no URL-safe letters.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length % 4 != 0)
        {
            return false;
        }

        var status = Base64.DecodeFromUtf8(text, destination, out var consumed, out written);
        var padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        // .NET skips white space, which would make the result shorter than the length promises.
        return status == OperationStatus.Done && consumed == text.Length && written == (text.Length / 4 * 3) - padding;
    }

    private static ServiceError? CheckMembers(bool single, PutRequest request, int missing)
    {
        if (StreamName.Check(request.StreamName) is { } nameError)
        {
            return nameError;
        }

        switch (request.Count)
        {
            case null:
                return Errors.Constraint(null, single ? "record" : "records", "Member must not be null");
            case 0:
                return Errors.Constraint("[]", "records", "Member must have length greater than or equal to 1");
            case > Limits.MaxRecordsPerCall:
                return Errors.Constraint($"[{request.Count} records]", "records", "Member must have length less than or equal to 500");
        }

        if (missing >= 0)
        {
            return Errors.Constraint(null, Path(single, missing), "Member must not be null");
        }

        var lengths = request.Lengths;
        for (var index = 0; index < lengths.Length; index++)
        {
            if (lengths[index] > Limits.MaxBytesPerRecord)
            {
                var value = string.Create(CultureInfo.InvariantCulture, $"java.nio.HeapByteBuffer[pos=0 lim={lengths[index]} cap={lengths[index]}]");
                return Errors.Constraint(value, Path(single, index), "Member must have length less than or equal to 1024000");
            }
        }

        return request.RawLength > Limits.MaxBytesPerCall ? Errors.BatchTooLarge : null;
    }

    private static string Path(bool single, int index) =>
        single ? "record.data" : string.Create(CultureInfo.InvariantCulture, $"records.{index + 1}.member.data");
}
