using System.Reflection;
using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Configuration;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

public sealed class ConfigurationPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Join(RepositoryRoot(), "docs", "configuration.md"));

    [Fact]
    public void Every_key_of_the_shipper_is_on_the_configuration_page()
    {
        var missing = Keys(typeof(ShipperOptions), "Shipper:").Where(key => !Page.Contains($"`{key}`", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_key_on_the_page_exists()
    {
        var known = Keys(typeof(ShipperOptions), "Shipper:").Append("Shipper:Flows").Append("Shipper:Flows:N").ToHashSet(StringComparer.Ordinal);
        var named = System.Text.RegularExpressions.Regex.Matches(Page, "`(Shipper:[A-Za-z:]+)`").Select(match => match.Groups[1].Value);
        Assert.All(named, key => Assert.Contains(key, known));
    }

    private static IEnumerable<string> Keys(Type type, string prefix)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (ScalarParser.CanParse(property.PropertyType) || property.PropertyType == typeof(List<string>))
            {
                yield return prefix + property.Name;
            }
            else if (property.PropertyType == typeof(List<FlowOptions>))
            {
                // The keys of a flow have a table of their own.
                foreach (var key in Keys(typeof(FlowOptions), ""))
                {
                    yield return key;
                }
            }
            else
            {
                foreach (var key in Keys(property.PropertyType, $"{prefix}{property.Name}:"))
                {
                    yield return key;
                }
            }
        }
    }

    private static string RepositoryRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(directory, "Shipper.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("Shipper.sln is not above the tests");
        }

        return directory;
    }
}
