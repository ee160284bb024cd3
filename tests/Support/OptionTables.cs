using System.Reflection;
using Shipper.Foundation.Configuration;
using Xunit;

namespace Shipper.TestSupport;

/// <summary>Compares the tables of options classes with the classes.</summary>
internal static class OptionTables
{
    /// <summary>
    /// Every options class of an assembly has each of its properties in its table, in their order, with its own type, getter and setter.
    /// </summary>
    /// <param name="assembly">The program's assembly.</param>
    /// <returns>How many settings were compared.</returns>
    public static int Check(Assembly assembly)
    {
        var compared = 0;
        foreach (var type in assembly.GetTypes().Where(type => type.IsClass && typeof(IOptionSection).IsAssignableFrom(type)))
        {
            var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
            var section = (IOptionSection)Activator.CreateInstance(type)!;
            Assert.Equal(properties.Select(property => property.Name), section.Settings.Rows.Select(row => row.Name));
            foreach (var (property, row) in properties.Zip(section.Settings.Rows))
            {
                var isList = row.NewList is not null;
                Assert.Equal(property.PropertyType, isList ? typeof(List<>).MakeGenericType(row.Type) : row.Type);
                Assert.Equal(typeof(IOptionSection).IsAssignableFrom(row.Type), row.NewSection is not null);
                Assert.Equal(row.NewSection is null, ScalarParser.CanParse(row.Type));

                var value = isList ? row.NewList!()
                    : row.NewSection is { } newSection ? newSection()
                    : Other(row.Type, property.GetValue(section));
                row.Set(section, value);
                Assert.Equal(value, property.GetValue(section));
                Assert.Equal(value, row.Get(section));
                compared++;
            }
        }

        return compared;
    }

    // Another value than before: a row that sets or reads the property beside its own is found.
    private static object Other(Type type, object? value)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) ? "another " + value
            : plain == typeof(bool) ? value is not true
            : plain == typeof(Uri) ? new Uri("http://another")
            : plain == typeof(TimeSpan) ? ((TimeSpan?)value ?? TimeSpan.Zero) + TimeSpan.FromSeconds(1)
            : plain == typeof(DateTimeOffset) ? ((DateTimeOffset?)value ?? DateTimeOffset.UnixEpoch).AddDays(1)
            : plain.IsEnum ? Enum.GetValues(plain).Cast<object>().First(other => !other.Equals(value))
            : Convert.ChangeType(Convert.ToDouble(value ?? 0, null) + 1, plain, null);
    }
}
