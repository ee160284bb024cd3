using Shipper.Foundation.Configuration;
using Xunit;

namespace Shipper.TailShipper.Tests.Configuration;

public sealed class ServiceConfigurationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("configuration").FullName;
    private readonly ConfigurationProblems _problems = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_later_layer_wins_key_by_key()
    {
        var first = Write("""{ "Shipper": { "Aws": { "Region": "eu-west-1", "Profile": "a" } } }""");
        var second = Write("""{ "Shipper": { "Aws": { "Region": "eu-west-2" } } }""");
        var configuration = ServiceConfiguration.Build([first, second], ["Shipper:Aws:Profile=b"], _problems);
        Assert.Equal("eu-west-2", configuration["Shipper:Aws:Region"]);
        Assert.Equal("b", configuration["Shipper:Aws:Profile"]);
        Assert.Empty(_problems.All);
    }

    [Fact]
    public void A_file_with_flows_replaces_all_flows_of_the_files_before_it()
    {
        var first = Write("""{ "Shipper": { "Flows": [ { "Name": "a", "Aggregation": { "Mode": "Lines" } }, { "Name": "b" } ] } }""");
        var second = Write("""{ "Shipper": { "Flows": [ { "Name": "c" } ] } }""");
        var configuration = ServiceConfiguration.Build([first, second], [], _problems);
        Assert.Equal("c", configuration["Shipper:Flows:0:Name"]);
        Assert.Null(configuration["Shipper:Flows:0:Aggregation:Mode"]);
        Assert.Null(configuration["Shipper:Flows:1:Name"]);
    }

    [Fact]
    public void An_empty_list_of_flows_is_the_whole_list()
    {
        var first = Write("""{ "Shipper": { "Flows": [ { "Name": "a" }, { "Name": "b" } ] } }""");
        var none = ServiceConfiguration.Build([first, Write("""{ "Shipper": { "Flows": [] } }""")], [], _problems);
        Assert.Empty(none.GetSection("Shipper:Flows").GetChildren());
        var again = Write("""{ "Shipper": { "Flows": [ { "Name": "c" } ] } }""");
        var one = ServiceConfiguration.Build([first, Write("""{ "Shipper": { "Flows": [] } }"""), again], [], _problems);
        Assert.Equal(["c"], one.GetSection("Shipper:Flows").GetChildren().Select(flow => flow["Name"]));
        Assert.Empty(_problems.All);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void An_empty_file_is_said_to_be_empty(string text)
    {
        ServiceConfiguration.Build([Write(text)], [], _problems);
        Assert.Equal("is empty", Assert.Single(_problems.All).Reason);
    }

    [Fact]
    public void A_null_is_an_error_with_its_key_wherever_it_is()
    {
        var first = Write("""{ "Shipper": { "Aws": { "Region": "eu-west-1" }, "Flows": [ { "Name": "a" } ] } }""");
        var second = Write("""
            // a file as people write them
            { "Shipper": { "Aws": { "Region": null, }, "Flows": [ { "Name": "a", "Paths": [ null ] } ], }, "Serilog": null }
            """);
        ServiceConfiguration.Build([first, second], [], _problems);
        Assert.Equal(["Shipper:Aws:Region", "Shipper:Flows:0:Paths:0", "Serilog"], _problems.All.Select(problem => problem.Key));
        Assert.All(_problems.All, problem => Assert.Contains(second, problem.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_may_begin_with_a_byte_order_mark()
    {
        var file = Path.Join(_directory, "marked.json");
        var withMark = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true);
        File.WriteAllText(file, """{ "Shipper": { "Aws": { "Region": "eu-west-1" } } }""", withMark);
        Assert.Equal("eu-west-1", ServiceConfiguration.Build([file], [], _problems)["Shipper:Aws:Region"]);
        Assert.Empty(_problems.All);
    }

    [Fact]
    public void A_misspelt_section_is_an_error_with_the_right_word()
    {
        ServiceConfiguration.Build([Write("""{ "Shiper": { "Aws": {} } }""")], ["Gnerator:Files=2"], _problems);
        Assert.Equal(2, _problems.All.Count);
        Assert.Contains("Shipper", _problems.All[0].Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_or_missing_file_and_a_setting_without_value_are_errors()
    {
        ServiceConfiguration.Build([Write("{ \"Shipper\": "), Path.Join(_directory, "none.json")], ["Shipper", "Region=x"], _problems);
        Assert.Equal(4, _problems.All.Count);
        Assert.All(_problems.All, problem => Assert.StartsWith("--", problem.Key, StringComparison.Ordinal));
    }

    private string Write(string json)
    {
        var path = Path.Join(_directory, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, json);
        return path;
    }
}
