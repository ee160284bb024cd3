using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Shipper.KinesisAgent.Json;

/// <summary>How the agent turns a JSON value into text, a number or a truth value: by Java's rules.</summary>
internal static class JavaValue
{
    /// <summary>
    /// The text that Java has for a value: a list is <c>[a, b]</c>, an object <c>{k=v}</c>, 1e3 is <c>1000.0</c>, and null <c>null</c>.
    /// </summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => Number(value.GetRawText()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(Text))}]",
        JsonValueKind.Object => $"{{{string.Join(", ", Members(value).Select(member => $"{member.Key}={Text(member.Value)}"))}}}",
        _ => "null",
    };

    /// <summary>The members of an object: of a doubled name the last value, at the place of the first.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonElement>> Members(JsonElement value)
    {
        var members = new List<KeyValuePair<string, JsonElement>>();
        foreach (var member in value.EnumerateObject())
        {
            var before = members.FindIndex(known => known.Key == member.Name);
            if (before >= 0)
            {
                members[before] = new(member.Name, member.Value);
            }
            else
            {
                members.Add(new(member.Name, member.Value));
            }
        }

        return members;
    }

    /// <summary>A truth value: true, t, yes, y, 1 or false, f, no, n, 0 in any case; null for every other text.</summary>
    public static bool? Boolean(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "T" or "YES" or "Y" or "1" => true,
        "FALSE" or "F" or "NO" or "N" or "0" => false,
        _ => null,
    };

    /// <summary>
    /// A whole number as Java decodes it: a sign, then decimal, hexadecimal after 0x, 0X or #, or octal after 0. Null for every other text
    /// and what does not fit into 64 bits.
    /// </summary>
    public static long? Integer(string text)
    {
        var at = 0;
        var negative = text.StartsWith('-');
        if (negative || text.StartsWith('+'))
        {
            at++;
        }

        var radix = 10;
        if (text.AsSpan(at).StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            (radix, at) = (16, at + 2);
        }
        else if (text.AsSpan(at).StartsWith("#"))
        {
            (radix, at) = (16, at + 1);
        }
        else if (text.AsSpan(at).StartsWith("0") && text.Length > at + 1)
        {
            (radix, at) = (8, at + 1);
        }

        if (at == text.Length)
        {
            return null;
        }

        var number = BigInteger.Zero;
        foreach (var letter in text.AsSpan(at))
        {
            if (Digit(letter) is not (>= 0 and var digit) || digit >= radix || number > ulong.MaxValue)
            {
                return null;
            }

            number = (number * radix) + digit;
        }

        number = negative ? -number : number;
        return number >= long.MinValue && number <= long.MaxValue ? (long)number : null;
    }

    // Java takes the digits of every script, and the wide letters of East Asian text.
    private static int Digit(char letter) => letter switch
    {
        >= 'a' and <= 'z' => letter - 'a' + 10,
        >= 'A' and <= 'Z' => letter - 'A' + 10,
        >= '\uFF21' and <= '\uFF3A' => letter - '\uFF21' + 10,
        >= '\uFF41' and <= '\uFF5A' => letter - '\uFF41' + 10,
        _ => CharUnicodeInfo.GetDecimalDigitValue(letter),
    };

    private static string Number(string raw)
    {
        if (!raw.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            var whole = BigInteger.Parse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            return whole.ToString(CultureInfo.InvariantCulture);
        }

        return Double(double.Parse(raw, CultureInfo.InvariantCulture));
    }

    // https://docs.oracle.com/javase/8/docs/api/java/lang/Double.html#toString-double-
    private static string Double(double number)
    {
        if (!double.IsFinite(number))
        {
            return number < 0 ? "-Infinity" : "Infinity";
        }

        var size = Math.Abs(number);
        if (size == 0)
        {
            return double.IsNegative(number) ? "-0.0" : "0.0";
        }

        var (digits, exponent) = Shortest(size);
        var text = new StringBuilder(number < 0 ? "-" : "");
        if (size is >= 1e-3 and < 1e7)
        {
            if (exponent < 0)
            {
                return text.Append("0.").Append('0', -exponent - 1).Append(digits).ToString();
            }

            digits = digits.PadRight(exponent + 2, '0');
            return text.Append(digits.AsSpan(0, exponent + 1)).Append('.').Append(digits.AsSpan(exponent + 1)).ToString();
        }

        return text.Append(digits[0]).Append('.').Append(digits.Length > 1 ? digits[1..] : "0").Append('E')
            .Append(exponent.ToString(CultureInfo.InvariantCulture)).ToString();
    }

    private static (string Digits, int Exponent) Shortest(double size)
    {
        var text = size.ToString("E16", CultureInfo.InvariantCulture);
        var round = size.ToString("R", CultureInfo.InvariantCulture);
        var digits = new string([.. round.Split('E')[0].Where(char.IsAsciiDigit)]).TrimStart('0').TrimEnd('0');
        var exponent = int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        return (digits.Length == 0 ? "0" : digits, exponent);
    }
}
