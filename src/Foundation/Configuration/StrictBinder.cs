using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Shipper.Foundation.Configuration;

/// <summary>
/// Fills an options object from a configuration section and reports every unknown key and every value of the wrong
/// type. The framework's own binder ignores the first and stops at the first of the second.
/// </summary>
internal static class StrictBinder
{
    /// <summary>Binds <paramref name="section"/> to a new <typeparamref name="T"/>; absent keys keep their defaults.</summary>
    public static T Bind<T>(IConfigurationSection section, ConfigurationProblems problems)
        where T : class, IOptionSection, new()
    {
        var options = new T();
        BindSection(options, section, new Scope(new T(), section, problems));
        return options;
    }

    private static void BindSection(IOptionSection target, IConfigurationSection section, Scope scope)
    {
        var names = target.Settings.Rows.Select(row => row.Name);
        if (section.Value is { Length: > 0 } scalar)
        {
            scope.Refuse(section, scalar, "is a section, not a value", $"Give it keys: {string.Join(", ", names)}");
            return;
        }

        foreach (var child in section.GetChildren())
        {
            if (target.Settings.TryFind(child.Key, out var row))
            {
                BindRow(target, row, child, scope);
            }
            else if (Spelling.Nearest(child.Key, names) is { } near)
            {
                scope.RefuseMisspelled(child, $"{section.Path}:{near}", near);
            }
            else if (scope.FindElsewhere(child.Key, target, section.Path) is { } elsewhere)
            {
                scope.RefuseMisspelled(child, elsewhere, elsewhere);
            }
            else
            {
                scope.Problems.Add(child.Path, child.Value, "is not a known key", $"Remove it; known here: {string.Join(", ", names)}");
            }
        }
    }

    private static void BindRow(IOptionSection target, OptionRow row, IConfigurationSection child, Scope scope)
    {
        if (row.NewList is { } newList)
        {
            var list = newList();
            BindList(list, row, child, scope);
            row.Set(target, list);
        }
        else if (row.NewSection is { } newSection)
        {
            var nested = (IOptionSection?)row.Get(target) ?? newSection();
            BindSection(nested, child, scope);
            row.Set(target, nested);
        }
        else if (TryScalar(row, target, child, scope, out var value))
        {
            row.Set(target, value);
        }
    }

    private static void BindList(IList list, OptionRow row, IConfigurationSection section, Scope scope)
    {
        if (section.Value is { Length: > 0 } scalar)
        {
            scope.Refuse(section, scalar, "is a list, not one value", $"Write {section.Path}:0, or [ … ] in JSON");
            return;
        }

        if (section.GetChildren().ToList() is { Count: > 0 } children && children.TrueForAll(child => !int.TryParse(child.Key, out _)))
        {
            scope.Refuse(
                section, null, "is a list, not one object",
                $"Write {section.Path}:0:{children[0].Key} and so on, or [ … ] around it in JSON");
            return;
        }

        foreach (var child in section.GetChildren())
        {
            if (!int.TryParse(child.Key, out _))
            {
                scope.Problems.Add(child.Path, child.Value, "is not an index of the list", $"Write {section.Path}:0");
            }
            else if (row.NewSection is { } newSection)
            {
                var item = newSection();
                BindSection(item, child, scope);
                list.Add(item);
            }
            else if (TryScalar(row, null, child, scope, out var value))
            {
                list.Add(value);
            }
        }
    }

    private static bool TryScalar(
        OptionRow row, IOptionSection? target, IConfigurationSection child, Scope scope, out object? value)
    {
        value = null;
        var type = row.Type;
        if (child.Value is null && child.GetChildren().Any())
        {
            scope.Refuse(child, null, $"has keys below it but is {ScalarParser.Describe(type)}", "Write a single value");
            return false;
        }

        if (ScalarParser.TryParse(type, child.Value, out value))
        {
            return true;
        }

        var range = target is null ? null : OptionBounds.RangeOf(row, target);
        if (ScalarParser.IsTooLong(type, child.Value))
        {
            scope.Refuse(
                child, child.Value, "is out of range: it has too many digits",
                range is null ? "Write a smaller number" : $"Write a number {range}");
            return false;
        }

        var example = ScalarParser.Example(type);
        scope.Refuse(
            child, child.Value, $"is not {ScalarParser.Describe(type)}",
            range is null ? example : $"{example}{(example.Contains(':', StringComparison.Ordinal) ? "," : "")} {range}");
        return false;
    }

    /// <summary>What one binding has in common.</summary>
    /// <param name="Root">The outermost options, unchanged.</param>
    /// <param name="Section">The section that they are bound from.</param>
    /// <param name="Problems">Takes what is wrong.</param>
    private sealed record Scope(IOptionSection Root, IConfigurationSection Section, ConfigurationProblems Problems)
    {
        private const int LeastLength = 6;

        /// <summary>Refuses the value of a known key.</summary>
        public void Refuse(IConfigurationSection key, string? value, string reason, string fix) =>
            Problems.AddMisread(key.Path, key.Path, value, reason, fix);

        /// <summary>Refuses an unknown key that probably stands for <paramref name="meant"/>.</summary>
        public void RefuseMisspelled(IConfigurationSection key, string meant, string shown)
        {
            const string reason = "is not a known key";
            var fix = $"Did you mean {shown}?";
            var relative = meant[(Section.Path.Length + 1)..];
            if (Section.GetSection(relative).Exists())
            {
                Problems.Add(key.Path, key.Value, reason, fix); // what is said of that one is about its own value
            }
            else
            {
                Problems.AddMisread(meant, key.Path, key.Value, reason, fix);
            }
        }

        /// <summary>The full key, below <paramref name="near"/> or anywhere, that is called about like this; null for none.</summary>
        public string? FindElsewhere(string name, IOptionSection near, string path) =>
            Find(name, KeysBelow(near, path).ToList()) ?? Find(name, KeysBelow(Root, Section.Path).ToList());

        // A short word is near to many.
        private static string? Find(string name, List<(string Name, string Path)> keys) =>
            Spelling.Nearest(name, keys.Select(key => key.Name)) is { } nearest
            && (name.Length >= LeastLength || name.Equals(nearest, StringComparison.OrdinalIgnoreCase))
                ? keys.Find(key => key.Name == nearest).Path
                : null;

        private static IEnumerable<(string Name, string Path)> KeysBelow(IOptionSection section, string path)
        {
            foreach (var row in section.Settings.Rows)
            {
                var key = $"{path}:{row.Name}";
                yield return (row.Name, key);
                if (row.NewSection is { } create)
                {
                    foreach (var below in KeysBelow(create(), row.NewList is null ? key : key + ":0"))
                    {
                        yield return below;
                    }
                }
            }
        }
    }
}
