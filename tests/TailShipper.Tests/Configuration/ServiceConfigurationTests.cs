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
