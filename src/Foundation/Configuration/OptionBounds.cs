using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Shipper.Foundation.Configuration;

/// <summary>
/// The least and the greatest value of a number or duration in an options class. This is the only place where they are written:
/// <see cref="OptionBounds"/> checks what is configured against them, and the tests compare the configuration page with them.
/// </summary>
/// <param name="min">The least value, as a configuration file spells it (<c>100ms</c>, <c>1</c>), or the name of a property beside this
/// one.</param>
/// <param name="max">The greatest value, in the same form; null for none.</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
internal sealed class BoundsAttribute(string min, string? max = null) : Attribute
{
    /// <summary>The least value.</summary>
    public string Min => min;

    /// <summary>The greatest value; null for none.</summary>
    public string? Max => max;

    /// <summary>True when 0 is valid as well, usually for "no limit".</summary>
    public bool OrZero { get; set; }

    /// <summary>
    /// Name of a text setting of the same object or of one that contains it. While it is set, these bounds replace those without a
    /// condition.
    /// </summary>
    public string? When { get; set; }
}

/// <summary>Checks every number and duration of an options object against its <see cref="BoundsAttribute"/>.</summary>
internal static class OptionBounds
{
    /// <summary>Adds a problem for each value out of bounds, also of the objects inside <paramref name="options"/>.</summary>
    /// <param name="options">The options.</param>
    /// <param name="key">Their full key, for example <c>Shipper</c>.</param>
    /// <param name="problems">Where to add.</param>
    public static void Validate(object options, string key, ConfigurationProblems problems) =>
        Validate(new Scope(options, null), key, problems);

    /// <summary>A bound as a number, of bytes and the like or of a duration's ticks.</summary>
    /// <param name="bound">As <see cref="BoundsAttribute.Min"/>.</param>
    /// <param name="options">The object that has the property.</param>
    public static long Resolve(string bound, object options) =>
        options.GetType().GetProperty(bound) is { } sibling ? Measure(sibling.GetValue(options))!.Value
        : long.TryParse(bound, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : Duration.TryParse(bound, out var duration) ? duration.Ticks
        : throw new InvalidOperationException($"\"{bound}\" of {options.GetType().Name} is no number, duration or property");

    private static void Validate(Scope scope, string key, ConfigurationProblems problems)
    {
        foreach (var property in scope.Options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var path = $"{key}:{property.Name}";
            var value = property.GetValue(scope.Options);
            if (value is IList list)
            {
                for (var index = 0; index < list.Count && !ScalarParser.CanParse(list[index]!.GetType()); index++)
                {
                    Validate(new Scope(list[index]!, scope), $"{path}:{index}", problems);
                }
            }
            else if (value is not null && !ScalarParser.CanParse(property.PropertyType))
            {
                Validate(new Scope(value, scope), path, problems);
            }
            else if (Measure(value) is { } measured && BoundsOf(property, scope) is { } bounds)
            {
                Check(path, value is TimeSpan, measured, bounds, scope.Options, problems);
            }
        }
    }

    private static BoundsAttribute? BoundsOf(PropertyInfo property, Scope scope)
    {
        var all = property.GetCustomAttributes<BoundsAttribute>().ToList();
        return all.Find(bounds => bounds.When is { } name && scope.IsSet(name)) ?? all.Find(bounds => bounds.When is null);
    }

    private static void Check(
        string key, bool isDuration, long value, BoundsAttribute bounds, object options, ConfigurationProblems problems)
    {
        var (min, max) = (Resolve(bounds.Min, options), bounds.Max is null ? long.MaxValue : Resolve(bounds.Max, options));
        if ((value >= min && value <= max) || (value == 0 && bounds.OrZero))
        {
            return;
        }

        string Text(long measured) =>
            isDuration ? Duration.Format(TimeSpan.FromTicks(measured)) : measured.ToString(CultureInfo.InvariantCulture);
        var range = bounds.Max is null ? $"of at least {Text(min)}" : $"from {Text(min)} to {Text(max)}";
        var fix = $"Write a {(isDuration ? "duration" : "number")} {range}{(bounds.OrZero ? ", or 0" : "")}";
        problems.Add(key, Text(value), "is out of range", fix);
    }

    private static long? Measure(object? value) => value switch
    {
        TimeSpan duration => duration.Ticks,
        int number => number,
        long number => number,
        _ => null,
    };

    /// <summary>An options object and those that contain it.</summary>
    private sealed record Scope(object Options, Scope? Outer)
    {
        public bool IsSet(string name) => Options.GetType().GetProperty(name) is { } property
            ? property.GetValue(Options) is string { Length: > 0 }
            : Outer?.IsSet(name) ?? false;
    }
}
