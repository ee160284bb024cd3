using System.Buffers;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>The rule for stream names: <c>[a-zA-Z0-9_.-]+</c>, 1 to 64 characters.</summary>
internal static class StreamName
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private static readonly SearchValues<byte> AllowedBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"u8);

    /// <summary>Whether <paramref name="name"/> is a valid stream name.</summary>
    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= Limits.MaxStreamNameLength && !name.ContainsAnyExcept(Allowed);

    /// <inheritdoc cref="IsValid(ReadOnlySpan{char})"/>
    public static bool IsValid(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= Limits.MaxStreamNameLength && !name.ContainsAnyExcept(AllowedBytes);

    /// <summary>The error of the constraint that <paramref name="name"/> violates; null if it is valid.</summary>
    public static ServiceError? Check(string? name)
    {
        var constraint = name is null ? "Member must not be null"
            : name.Length == 0 ? "Member must have length greater than or equal to 1"
            : name.Length > Limits.MaxStreamNameLength ? "Member must have length less than or equal to 64"
            : IsValid(name) ? null
            : "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
        return constraint is null ? null : Errors.Constraint(name, "deliveryStreamName", constraint);
    }
}
