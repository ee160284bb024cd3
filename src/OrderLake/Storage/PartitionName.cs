using System.Globalization;
using System.Text;

namespace Shipper.OrderLake.Storage;

/// <summary>
/// Names of partition directories, <c>column=value</c>, as Hive and Spark escape them: control characters and
/// <c>" # % ' * / : = ? \ { [ ] ^</c> become a percent sign and two hexadecimal digits, everything else stays, blanks too. The embedded
/// engine escapes more (a blank becomes %20), and Athena's partition projection would look for those directories in vain.
/// </summary>
internal static class PartitionName
{
    /// <summary>Stands for a missing value in all engines.</summary>
    public const string Missing = "__HIVE_DEFAULT_PARTITION__";

    private const string Escaped = "\"#%'*/:=?\\{[]^\u007f";

    /// <summary>The directory of a value.</summary>
    public static string Of(string column, string? value) => $"{column}={(value is null ? Missing : Escape(value))}";

    /// <summary>The value in a directory's name, however it is escaped; null if it is missing.</summary>
    public static string? ValueOf(string directory)
    {
        var value = directory[(directory.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return value == Missing ? null : Uri.UnescapeDataString(value);
    }

    /// <summary>The directory's name as Hive writes it, for one that the engine wrote.</summary>
    public static string FromEngine(string directory)
    {
        var column = directory[..directory.IndexOf('=', StringComparison.Ordinal)];
        return Of(column, ValueOf(directory));
    }

    /// <summary>
    /// Whether partition projection finds the directory of a value: it puts the plain value into the path, so the escaped one must be
    /// equal.
    /// </summary>
    public static bool IsPlain(string? value) => value is not null && Escape(value) == value;

    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var character in value)
        {
            if (character < ' ' || Escaped.Contains(character, StringComparison.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"%{(int)character:X2}");
            }
            else
            {
                text.Append(character);
            }
        }

        return text.ToString();
    }
}
