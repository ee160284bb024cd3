using Shipper.Foundation.Hosting.Help;
using Shipper.OrderLake.Commands;
using Shipper.OrderLake.Queries;
using Shipper.TestSupport.Help;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>The help is complete, and the manual page matches it. <c>SHIPPER_WRITE_MAN=1</c> writes the page again.</summary>
public sealed class HelpTests
{
    [Fact]
    public void The_manual_page_matches_the_help()
    {
        var page = ManPage.Write("order-lake", new LakeCommands().Root());
        Assert.Equal(page, ManPage.Committed("order-lake", page));
    }

    [Fact]
    public void Every_command_that_works_says_its_exit_codes_and_every_query_is_in_the_help()
    {
        var commands = Commands(new LakeCommands().Root()).OfType<ExplainedCommand>().ToList();
        Assert.Equal(
            ["audit", "changes", "check", "events", "history", "query", "serve", "tables", "watch"],
            commands.Select(command => command.Name).Order(StringComparer.Ordinal));
        Assert.All(commands, command => Assert.Contains(command.Sections, section => section.Title == "Exit codes"));
        var queries = commands.Single(command => command.Name == "query").Sections.Single(section => section.Title == "Queries");
        Assert.Equal(NamedQueries.All.Select(query => query.Name), queries.Entries.Select(entry => entry.Term));
    }

    private static IEnumerable<System.CommandLine.Command> Commands(System.CommandLine.Command command) =>
        command.Subcommands.SelectMany(each => Commands(each).Prepend(each));
}
