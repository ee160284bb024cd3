using System.Text;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Logging;
using Xunit;

namespace Shipper.TailShipper.Tests.Logging;

/// <summary>The <c>Serilog</c> section: levels, and nothing else.</summary>
public sealed class LogLevelsTests
{
    private readonly ConfigurationProblems _problems = new();

    [Theory]
    [InlineData("""{ "MinimumLevel": { "Default": "Debug", "Override": { "Shipper.Flow": "verbose", "Microsoft": "Information" } } }""")]
    [InlineData("""{ "MinimumLevel": "Debug" }""")]
    [InlineData("""{ "minimumlevel": { "default": "debug" } }""")]
    [InlineData("{ }")]
    public void Levels_are_taken(string section)
    {
        Read(section);
        Assert.Empty(_problems.All);
    }

    [Theory]
    [InlineData("""{ "MinimumLvel": "Debug" }""", "Serilog:MinimumLvel", "Debug", "Did you mean MinimumLevel?")]
    [InlineData("""{ "MinimumLvel": { "Default": "Debug" } }""", "Serilog:MinimumLvel", null, "Did you mean MinimumLevel?")]
    [InlineData("""{ "MinimumLevel": { "Defualt": "Debug" } }""", "Serilog:MinimumLevel:Defualt", "Debug", "Did you mean Default?")]
    [InlineData(
        """{ "MinimumLevel": { "Overide": { "Microsoft": "Debug" } } }""",
        "Serilog:MinimumLevel:Overide", null, "Did you mean Override?")]
    [InlineData("""{ "WriteTo": [ { "Name": "Fiel" } ] }""", "Serilog:WriteTo", null, "only levels can be set")]
    [InlineData("""{ "Enrich": [ "FromLogContext" ] }""", "Serilog:Enrich", null, "only levels can be set")]
    [InlineData("""{ "Using": [ "Serilog.Sinks.File" ] }""", "Serilog:Using", null, "only levels can be set")]
    [InlineData(
        """{ "MinimumLevel": { "ControlledBy": "$switch" } }""",
        "Serilog:MinimumLevel:ControlledBy", "$switch", "only levels can be set")]
    [InlineData(
        """{ "MinimumLevel": { "Default": "Loud" } }""",
        "Serilog:MinimumLevel:Default", "Loud", "Verbose, Debug, Information, Warning, Error, Fatal")]
    [InlineData(
        """{ "MinimumLevel": { "Default": "1" } }""",
        "Serilog:MinimumLevel:Default", "1", "Verbose, Debug, Information, Warning, Error, Fatal")]
    [InlineData(
        """{ "MinimumLevel": { "Default": { "Level": "Debug" } } }""",
        "Serilog:MinimumLevel:Default", null, "Verbose, Debug, Information, Warning, Error, Fatal")]
    [InlineData(
        """{ "MinimumLevel": { "Override": { "Microsoft": { "Level": "Debug" } } } }""",
        "Serilog:MinimumLevel:Override:Microsoft", null, "Verbose, Debug, Information, Warning, Error, Fatal")]
    [InlineData("""{ "MinimumLevel": { "Override": "Debug" } }""", "Serilog:MinimumLevel:Override", "Debug", "Name a source")]
    [InlineData("\"Debug\"", "Serilog", "Debug", "Serilog:MinimumLevel:Default")]
    public void Anything_else_is_an_error_with_key_value_and_fix(string section, string key, string? value, string fix)
    {
        Read(section);
        var problem = Assert.Single(_problems.All);
        Assert.Equal((key, value), (problem.Key, problem.Value));
        Assert.Contains(fix, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_is_reported_with_the_others()
    {
        Read("""{ "Enrich": [], "MinimumLevel": { "Default": "Loud", "Overide": { "A": "B" }, "Override": { "Microsoft": "Quiet" } } }""");
        Assert.Equal(4, _problems.All.Count);
    }

    private void Read(string section)
    {
        var json = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Serilog": {{section}} }"""));
        LogLevels.Read(new ConfigurationBuilder().AddJsonStream(json).Build(), _problems);
    }
}
