using System.Collections;
using System.Globalization;

namespace Shipper.Foundation.Configuration;

/// <summary>
/// The least and the greatest value of a number or duration in an options class. This is the only place where they are written:
/// <see cref="OptionBounds"/> checks what is configured against them, and the tests compare the configuration page with them.
/// </summary>
/// <param name="Min">The least value, as a configuration file spells it (<c>100ms</c>, <c>1</c>), or the name of a setting beside this
/// one.</param>
/// <param name="Max">The greatest value, in the same form; null for none.</param>
internal sealed record OptionBound(string Min, string? Max = null)
{
    /// <summary>True when 0 is valid as well, usually for "no limit".</summary>
    public bool OrZero { get; init; }

    /// <summary>
    /// Name of a text setting of the same object or of one that contains it. While it is set, these bounds replace those without a
    /// condition.
    /// </summary>
    public string? When { get; init; }
}

/// <summary>Checks every number and duration of an options object against its <see cref="OptionBound"/>.</summary>
internal static class OptionBounds
{
    /// <summary>Adds a problem for each value out of bounds, also of the objects inside <paramref name="options"/>.</summary>
    /// <param name="options">The options.</param>
    /// <param name="key">Their full key, for example <c>Shipper</c>.</param>
    /// <param name="problems">Where to add.</param>
    public static void Validate(IOptionSection options, string key, ConfigurationProblems problems) =>
        Validate(new Scope(options, null), key, problems);

    /// <summary>The usual bounds of a setting in words, for example <c>from 1 to 500</c>; null where it has none.</summary>
    public static string? RangeOf(OptionRow row, IOptionSection options) =>
        row.Bounds.FirstOrDefault(bounds => bounds.When is null) is { } usual
            ? RangeOf((Nullable.GetUnderlyingType(row.Type) ?? row.Type) == typeof(TimeSpan), usual, options)
            : null;

    /// <summary>A bound as a number, of bytes and the like or of a duration's ticks.</summary>
    /// <param name="bound">As <see cref="OptionBound.Min"/>.</param>
    /// <param name="options">The object that has the setting.</param>
    public static long Resolve(string bound, IOptionSection options) =>
        options.Settings.TryFind(bound, out var sibling) ? Measure(sibling.Get(options))!.Value
        : long.TryParse(bound, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : Duration.TryParse(bound, out var duration) ? duration.Ticks
        : throw new InvalidOperationException($"\"{bound}\" of {options.GetType().Name} is no number, duration or setting");

    private static void Validate(Scope scope, string key, ConfigurationProblems problems)
    {
        foreach (var row in scope.Options.Settings.Rows)
        {
            var path = $"{key}:{row.Name}";
            var value = row.Get(scope.Options);
            if (value is IList list)
            {
                for (var index = 0; index < list.Count && list[index] is IOptionSection item; index++)
                {
                    Validate(new Scope(item, scope), $"{path}:{index}", problems);
                }
            }
            else if (value is IOptionSection section)
            {
                Validate(new Scope(section, scope), path, problems);
            }
            else if (Measure(value) is { } measured && BoundsOf(row, scope) is { } bounds)
            {
                Check(path, value is TimeSpan, measured, bounds, scope.Options, problems);
            }
        }
    }

    private static OptionBound? BoundsOf(OptionRow row, Scope scope) =>
        row.Bounds.FirstOrDefault(bounds => bounds.When is { } name && scope.IsSet(name))
        ?? row.Bounds.FirstOrDefault(bounds => bounds.When is null);

    private static void Check(
        string key, bool isDuration, long value, OptionBound bounds, IOptionSection options, ConfigurationProblems problems)
    {
        var (min, max) = (Resolve(bounds.Min, options), bounds.Max is null ? long.MaxValue : Resolve(bounds.Max, options));
        if ((value >= min && value <= max) || (value == 0 && bounds.OrZero))
        {
            return;
        }

        var fix = $"Write a {(isDuration ? "duration" : "number")} {RangeOf(isDuration, bounds, options)}";
        problems.Add(key, Text(isDuration, value), "is out of range", fix);
    }

    private static string RangeOf(bool isDuration, OptionBound bounds, IOptionSection options)
    {
        var min = Text(isDuration, Resolve(bounds.Min, options));
        return (bounds.Max is null ? $"of at least {min}" : $"from {min} to {Text(isDuration, Resolve(bounds.Max, options))}")
            + (bounds.OrZero ? ", or 0" : "");
    }

    private static string Text(bool isDuration, long measured) =>
        isDuration ? Duration.Format(TimeSpan.FromTicks(measured)) : measured.ToString(CultureInfo.InvariantCulture);

    private static long? Measure(object? value) => value switch
    {
        TimeSpan duration => duration.Ticks,
        int number => number,
        long number => number,
        _ => null,
    };

    /// <summary>An options object and those that contain it.</summary>
    private sealed record Scope(IOptionSection Options, Scope? Outer)
    {
        public bool IsSet(string name) => Options.Settings.TryFind(name, out var row)
            ? row.Get(Options) is string { Length: > 0 }
            : Outer?.IsSet(name) ?? false;
    }
}
