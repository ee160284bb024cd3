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
        BindSection(options, section, problems);
        return options;
    }

    private static void BindSection(IOptionSection target, IConfigurationSection section, ConfigurationProblems problems)
    {
        var names = target.Settings.Rows.Select(row => row.Name);
        if (section.Value is { Length: > 0 } scalar)
        {
            problems.Add(section.Path, scalar, "is a section, not a value", $"Give it keys: {string.Join(", ", names)}");
            return;
        }

        foreach (var child in section.GetChildren())
        {
            if (target.Settings.TryFind(child.Key, out var row))
            {
                BindRow(target, row, child, problems);
            }
            else
            {
                var near = Spelling.Nearest(child.Key, names);
                problems.Add(child.Path, child.Value, "is not a known key", near is null
                    ? $"Remove it; known here: {string.Join(", ", names)}"
                    : $"Did you mean {near}?");
            }
        }
    }

    private static void BindRow(IOptionSection target, OptionRow row, IConfigurationSection child, ConfigurationProblems problems)
    {
        if (row.NewList is { } newList)
        {
            var list = newList();
            BindList(list, row, child, problems);
            row.Set(target, list);
        }
        else if (row.NewSection is { } newSection)
        {
            var nested = (IOptionSection?)row.Get(target) ?? newSection();
            BindSection(nested, child, problems);
            row.Set(target, nested);
        }
        else if (TryScalar(row.Type, child, problems, out var value))
        {
            row.Set(target, value);
        }
    }

    private static void BindList(IList list, OptionRow row, IConfigurationSection section, ConfigurationProblems problems)
    {
        if (section.Value is { Length: > 0 } scalar)
        {
            problems.Add(section.Path, scalar, "is a list, not one value", $"Write {section.Path}:0, or [ … ] in JSON");
            return;
        }

        foreach (var child in section.GetChildren())
        {
            if (!int.TryParse(child.Key, out _))
            {
                problems.Add(child.Path, child.Value, "is not an index of the list", $"Write {section.Path}:0");
            }
            else if (row.NewSection is { } newSection)
            {
                var item = newSection();
                BindSection(item, child, problems);
                list.Add(item);
            }
            else if (TryScalar(row.Type, child, problems, out var value))
            {
                list.Add(value);
            }
        }
    }

    private static bool TryScalar(Type type, IConfigurationSection child, ConfigurationProblems problems, out object? value)
    {
        value = null;
        if (child.Value is null && child.GetChildren().Any())
        {
            problems.Add(child.Path, null, $"has keys below it but is {ScalarParser.Describe(type)}", "Write a single value");
            return false;
        }

        if (ScalarParser.TryParse(type, child.Value, out value))
        {
            return true;
        }

        if (ScalarParser.IsTooLong(type, child.Value))
        {
            problems.Add(child.Path, child.Value, "is out of range: it has too many digits", "Write a smaller number");
            return false;
        }

        problems.Add(child.Path, child.Value, $"is not {ScalarParser.Describe(type)}", ScalarParser.Example(type));
        return false;
    }
}
