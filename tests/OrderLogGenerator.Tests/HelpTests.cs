using Shipper.Foundation.Hosting.Help;
using Shipper.OrderLogGenerator.Hosting;
using Shipper.TestSupport.Help;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

/// <summary>The help is complete, and the manual page matches it.</summary>
public sealed class HelpTests
{
    [Fact]
    public void Every_setting_is_named()
    {
        var text = string.Join('\n', GeneratorHelp.Configuration.Entries.Select(entry => entry.Text));
        Assert.All(Keys(typeof(GeneratorOptions), ""), key => Assert.Contains(key, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_and_the_program_have_the_same_complete_help()
    {
        var root = new GeneratorCommands().Root();
        var run = (ExplainedCommand)root.Subcommands.Single(command => command.Name == "run");
        Assert.Equal(root.Sections, run.Sections);
        Assert.Equal(
            ["Examples", "Configuration", "Files", "Environment", "Signals", "Exit codes"], root.Sections.Select(section => section.Title));
    }

    [Fact]
    public void The_manual_page_matches_the_help()
    {
        var page = ManPage.Write("order-log-generator", new GeneratorCommands().Root());
        Assert.Equal(page, ManPage.Committed("order-log-generator", page));
    }

    private static IEnumerable<string> Keys(Type options, string prefix) => options.GetProperties().SelectMany(property =>
        property.PropertyType.Namespace == options.Namespace && property.PropertyType.IsClass
            ? Keys(property.PropertyType, $"{prefix}{property.Name}:")
            : [prefix + property.Name]);
}
