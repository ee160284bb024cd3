using System.Globalization;
using System.Numerics;
using System.Text;

namespace Shipper.RecordProcessing.Agent;

/// <summary>Numbers as the agent prints them after it has read them from JSON.</summary>
internal static class JavaNumber
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>A JSON number as the agent prints it: whole ones as they are, others by way of a double.</summary>
    public static string Format(string json) =>
        json.AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? BigInteger.Parse(json, NumberStyles.AllowLeadingSign, Invariant).ToString(Invariant)
        : double.Parse(json, NumberStyles.Float, Invariant) is var value && double.IsFinite(value) ? Format(value)
        : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";

    /// <summary>
    /// A finite double as Java's Double.toString prints it: with at least one decimal, and with an exponent below 0.001 and from
    /// 10,000,000. The digits are the fewest that give the number back; Java 17 prints others for numbers next to 0 (below 1E-307), and one
    /// more for a few others.
    /// </summary>
    public static string Format(double value)
    {
        var text = value.ToString("R", Invariant);
        var (digits, exponent) = DigitsOf(text.TrimStart('-'));
        var result = new StringBuilder(text[0] == '-' ? "-" : "");
        if (digits.Length == 0)
        {
            return result.Append("0.0").ToString();
        }

        if (exponent is >= -3 and < 7)
        {
            var whole = exponent < 0 ? "0" : digits.PadRight(exponent + 1, '0')[..(exponent + 1)];
            var fraction = exponent < 0 ? new string('0', -exponent - 1) + digits
                : digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "0";
            return result.Append(whole).Append('.').Append(fraction).ToString();
        }

        return result.Append(digits[0]).Append('.').Append(digits.Length > 1 ? digits[1..] : "0").Append('E').Append(exponent).ToString();
    }

    // The digits without zeros at either end, and the exponent of the first one.
    private static (string Digits, int Exponent) DigitsOf(string text)
    {
        var mantissa = text;
        var exponent = 0;
        if (text.IndexOf('E', StringComparison.Ordinal) is var mark and >= 0)
        {
            mantissa = text[..mark];
            exponent = int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, Invariant);
        }

        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), exponent - leading);
    }
}
