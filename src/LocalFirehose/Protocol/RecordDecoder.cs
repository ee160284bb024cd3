using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>Decodes the records of a Put call and checks its members against their constraints.</summary>
internal static class RecordDecoder
{
    /// <summary>Decodes all records of <paramref name="request"/>. Returns the error of the first violated constraint, or null.</summary>
    public static ServiceError? Decode(ReadOnlySpan<byte> body, bool single, PutRequest request)
    {
        // AWS decodes in the JSON layer, before validation: invalid base64 takes precedence over invalid members.
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

    /// <summary>Decodes the standard alphabet with padding; refuses white space, line breaks and the URL-safe alphabet.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length % 4 != 0)
        {
            return false;
        }

        var status = Base64.DecodeFromUtf8(text, destination, out var consumed, out written);
        var padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        // .NET skips white space; then the result is shorter than the length of the text requires.
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
                var (length, culture) = (lengths[index], CultureInfo.InvariantCulture);
                var value = string.Create(culture, $"java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]");
                return Errors.Constraint(value, Path(single, index), "Member must have length less than or equal to 1024000");
            }
        }

        return request.RawLength > Limits.MaxBytesPerCall ? Errors.BatchTooLarge : null;
    }

    private static string Path(bool single, int index) =>
        single ? "record.data" : string.Create(CultureInfo.InvariantCulture, $"records.{index + 1}.member.data");
}
