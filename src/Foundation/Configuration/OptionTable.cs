using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Shipper.Foundation.Configuration;

/// <summary>An options class: its settings are in a table, so that nothing has to look for them by reflection.</summary>
internal interface IOptionSection
{
    /// <summary>The settings of the class, in the order of its properties; the same for every object of it.</summary>
    OptionTable Settings { get; }
}

/// <summary>The settings of one options class. Binder, bounds, reload and digest read and set them through it.</summary>
internal abstract class OptionTable
{
    private readonly List<OptionRow> _rows = [];
    private readonly Dictionary<string, OptionRow> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The settings, in the order of the properties.</summary>
    public IReadOnlyList<OptionRow> Rows => _rows;

    /// <summary>Finds a setting; case does not matter.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out OptionRow? row) => _byName.TryGetValue(name, out row);

    /// <summary>Adds one.</summary>
    protected void Add(OptionRow row)
    {
        _byName.Add(row.Name, row);
        _rows.Add(row);
    }
}

/// <summary>The settings of <typeparamref name="TOptions"/>, one call for each property.</summary>
internal sealed class OptionTable<TOptions> : OptionTable
    where TOptions : class, IOptionSection, new()
{
    /// <summary>Adds a setting that is one text: see <see cref="ScalarParser.CanParse"/>.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="get">Reads it.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="bounds">The bounds of a number or duration.</param>
    /// <param name="conditional">Other bounds, with <see cref="OptionBound.When"/>.</param>
    public OptionTable<TOptions> Value<TValue>(
        string name, Func<TOptions, TValue> get, Action<TOptions, TValue> set, OptionBound? bounds = null, OptionBound? conditional = null)
    {
        Add(Row(name, get, set) with { Bounds = [.. new[] { bounds, conditional }.OfType<OptionBound>()] });
        return this;
    }

    /// <summary>Adds a list of settings that are one text each. Parameters as of <see cref="Value"/>.</summary>
    public OptionTable<TOptions> Values<TValue>(string name, Func<TOptions, List<TValue>> get, Action<TOptions, List<TValue>> set)
    {
        Add(Row(name, get, set) with { Type = typeof(TValue), NewList = static () => new List<TValue>() });
        return this;
    }

    /// <summary>Adds an options object inside this one. Parameters as of <see cref="Value"/>.</summary>
    public OptionTable<TOptions> Section<TValue>(string name, Func<TOptions, TValue> get, Action<TOptions, TValue> set)
        where TValue : class, IOptionSection, new()
    {
        Add(Row(name, get, set) with { NewSection = static () => new TValue() });
        return this;
    }

    /// <summary>Adds a list of options objects. Parameters as of <see cref="Value"/>.</summary>
    public OptionTable<TOptions> Sections<TValue>(string name, Func<TOptions, List<TValue>> get, Action<TOptions, List<TValue>> set)
        where TValue : class, IOptionSection, new()
    {
        Add(Row(name, get, set) with
        {
            Type = typeof(TValue),
            NewList = static () => new List<TValue>(),
            NewSection = static () => new TValue(),
        });
        return this;
    }

    private static OptionRow Row<TValue>(string name, Func<TOptions, TValue> get, Action<TOptions, TValue> set) => new(
        name, typeof(TValue), options => get((TOptions)options), (options, value) => set((TOptions)options, (TValue)value!));
}

/// <summary>One setting.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Type">The type of its value; of an element if it is a list.</param>
/// <param name="Get">Reads it from an options object.</param>
/// <param name="Set">Sets it in an options object.</param>
internal sealed record OptionRow(string Name, Type Type, Func<IOptionSection, object?> Get, Action<IOptionSection, object?> Set)
{
    /// <summary>Makes an options object for it, or for an element; null where a value is one text.</summary>
    public Func<IOptionSection>? NewSection { get; init; }

    /// <summary>Makes an empty list for it; null if it is none.</summary>
    public Func<IList>? NewList { get; init; }

    /// <summary>The bounds of a number or duration.</summary>
    public IReadOnlyList<OptionBound> Bounds { get; init; } = [];
}
