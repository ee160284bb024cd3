using System.Collections;
using System.Globalization;
using System.Reflection;
using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Hosting.Reloading;

/// <summary>An options object as keys and values, to tell two of them apart.</summary>
internal static class OptionValues
{
    /// <summary>Every value below <paramref name="options"/> by its full key.</summary>
    /// <param name="options">The object.</param>
    /// <param name="prefix">Its own key.</param>
    public static SortedDictionary<string, string?> Of(object options, string prefix)
    {
        var values = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        Add(options, prefix, values);
        return values;
    }

    /// <summary>Keys whose values differ, or that only one has.</summary>
    public static IReadOnlyList<string> Differences(object left, object right, string prefix)
    {
        var (before, after) = (Of(left, prefix), Of(right, prefix));
        return [.. before.Keys.Union(after.Keys).Where(key => !before.TryGetValue(key, out var old) || !after.TryGetValue(key, out var now) || old != now).Order(StringComparer.Ordinal)];
    }

    private static void Add(object? value, string key, SortedDictionary<string, string?> values)
    {
        if (value is null || ScalarParser.CanParse(value.GetType()))
        {
            values[key] = Convert.ToString(value, CultureInfo.InvariantCulture);
        }
        else if (value is IList list)
        {
            for (var index = 0; index < list.Count; index++)
            {
                Add(list[index], string.Create(CultureInfo.InvariantCulture, $"{key}:{index}"), values);
            }
        }
        else
        {
            foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
            {
                Add(property.GetValue(value), $"{key}:{property.Name}", values);
            }
        }
    }
}
