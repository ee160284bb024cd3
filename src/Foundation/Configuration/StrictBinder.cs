using System.Reflection;
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
        where T : class, new()
    {
        var options = new T();
        BindObject(options, section, problems);
        return options;
    }

    private static void BindObject(object target, IConfigurationSection section, ConfigurationProblems problems)
    {
        var properties = target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite || IsList(property.PropertyType))
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

        if (section.Value is { Length: > 0 } scalar)
        {
            problems.Add(section.Path, scalar, "is a section, not a value", $"Give it keys: {string.Join(", ", properties.Keys)}");
            return;
        }

        foreach (var child in section.GetChildren())
        {
            if (properties.TryGetValue(child.Key, out var property))
            {
                BindProperty(target, property, child, problems);
            }
            else
            {
                var near = Spelling.Nearest(child.Key, properties.Keys);
                problems.Add(child.Path, child.Value, "is not a known key", near is null
                    ? $"Remove it; known here: {string.Join(", ", properties.Keys)}"
                    : $"Did you mean {near}?");
            }
        }
    }

    private static void BindProperty(object target, PropertyInfo property, IConfigurationSection child, ConfigurationProblems problems)
    {
        if (IsList(property.PropertyType))
        {
            property.SetValue(target, BindList(property.PropertyType.GetGenericArguments()[0], child, problems));
        }
        else if (ScalarParser.CanParse(property.PropertyType))
        {
            if (TryScalar(property.PropertyType, child, problems, out var value))
            {
                property.SetValue(target, value);
            }
        }
        else
        {
            var nested = property.GetValue(target) ?? Activator.CreateInstance(property.PropertyType)!;
            BindObject(nested, child, problems);
            property.SetValue(target, nested);
        }
    }

    private static System.Collections.IList BindList(Type element, IConfigurationSection section, ConfigurationProblems problems)
    {
        var list = (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        if (section.Value is { Length: > 0 } scalar)
        {
            problems.Add(section.Path, scalar, "is a list, not one value", $"Write {section.Path}:0, or [ … ] in JSON");
            return list;
        }

        foreach (var child in section.GetChildren())
        {
            if (!int.TryParse(child.Key, out _))
            {
                problems.Add(child.Path, child.Value, "is not an index of the list", $"Write {section.Path}:0");
            }
            else if (ScalarParser.CanParse(element))
            {
                if (TryScalar(element, child, problems, out var value))
                {
                    list.Add(value);
                }
            }
            else
            {
                var item = Activator.CreateInstance(element)!;
                BindObject(item, child, problems);
                list.Add(item);
            }
        }

        return list;
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

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>);
}
