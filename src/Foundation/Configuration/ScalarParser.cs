using System.Globalization;

namespace Shipper.Foundation.Configuration;

/// <summary>Converts one configured text to a value, and describes what a type expects.</summary>
internal static class ScalarParser
{
    /// <summary>True for types that are written as one text.</summary>
    public static bool CanParse(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum || plain == typeof(string) || plain == typeof(int) || plain == typeof(long)
            || plain == typeof(double) || plain == typeof(bool) || plain == typeof(TimeSpan)
            || plain == typeof(DateTimeOffset) || plain == typeof(Uri);
    }

    /// <summary>Parses culture-invariantly; an empty text is null for nullable and string types.</summary>
    public static bool TryParse(Type type, string? text, out object? value)
    {
        var underlying = Nullable.GetUnderlyingType(type);
        var plain = underlying ?? type;
        value = null;
        if (string.IsNullOrEmpty(text))
        {
            value = plain == typeof(string) ? text : null;
            return underlying is not null || plain == typeof(string) || plain == typeof(Uri);
        }

        if (plain == typeof(string))
        {
            value = text;
        }
        else if (plain.IsEnum)
        {
            // Enum.TryParse also takes numbers, signs, blanks and lists with commas.
            var name = Array.Find(Enum.GetNames(plain), known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
            value = name is null ? null : Enum.Parse(plain, name);
        }
        else if (plain == typeof(int))
        {
            value = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        }
        else if (plain == typeof(long))
        {
            value = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        }
        else if (plain == typeof(double))
        {
            value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed)
                ? parsed
                : null;
        }
        else if (plain == typeof(bool))
        {
            value = bool.TryParse(text, out var parsed) ? parsed : null;
        }
        else if (plain == typeof(TimeSpan))
        {
            value = Duration.TryParse(text, out var parsed) ? parsed : null;
        }
        else if (plain == typeof(DateTimeOffset))
        {
            value = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
                ? parsed
                : null;
        }
        else if (plain == typeof(Uri))
        {
            value = Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" ? new Uri(text) : null;
        }

        return value is not null;
    }

    /// <summary>True for a whole number that is one, and has more digits than its type can hold.</summary>
    public static bool IsTooLong(Type type, string? text) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain && (plain == typeof(int) || plain == typeof(long))
        && text is { Length: > 0 } && text.TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);

    /// <summary>The type in words, to follow "is not".</summary>
    public static string Describe(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(int) || plain == typeof(long) ? "a whole number"
            : plain == typeof(double) ? "a number"
            : plain == typeof(bool) ? "true or false"
            : plain == typeof(TimeSpan) ? "a duration"
            : plain == typeof(DateTimeOffset) ? "a time"
            : plain == typeof(Uri) ? "an http or https URL"
            : plain.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(plain))}"
            : "a text";
    }

    /// <summary>What to write instead, as a sentence without the period at its end.</summary>
    public static string Example(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(TimeSpan) ? "Write a number with its unit: 250ms, 1s, 5m, 2h, 1d, or hh:mm:ss"
            : plain == typeof(DateTimeOffset) ? "Write ISO 8601, for example 2026-01-31T08:00:00Z"
            : plain == typeof(Uri) ? "Write the whole URL, for example https://firehose.eu-west-1.amazonaws.com"
            : plain.IsEnum ? $"Choose one of {string.Join(", ", Enum.GetNames(plain))}"
            : $"Write {Describe(type)}";
    }
}
