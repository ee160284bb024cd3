using System.Text.Json;
using Shipper.RecordProcessing.Agent;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>What is said of the agent's options that are ignored, do what nobody expects, or stop it.</summary>
public sealed class AgentStepsTests
{
    [Theory]
    [InlineData("""{"optionName":"CSVTOJSON"}""", "customFieldNames", "is missing")]
    [InlineData("""{"optionName":"CSVTOJSON","customFieldNames":["a"],"delimiter":"\\X"}""", "delimiter", "at offset 0")]
    [InlineData("""{"optionName":"CSVTOJSON","customFieldNames":["a"],"jsonFormat":["COMPACT"]}""", "jsonFormat", "is no text")]
    [InlineData("""{"optionName":"LOGTOJSON","matchPattern":"(.*)","customFieldNames":["a"]}""", "logFormat", "is missing")]
    [InlineData(
        """{"optionName":"LOGTOJSON","logFormat":"SYSLOG","matchPattern":"a("}""", "matchPattern", "has a ( without its ), at offset 1")]
    [InlineData("""{"optionName":"LOGTOJSON","logFormat":"SYSLOG","matchPattern":"(.*)"}""", "customFieldNames", "is missing beside")]
    [InlineData("""{"optionName":"LOGTOJSON","logFormat":"SYSLOG","customFieldNames":["a"]}""", "customFieldNames", "has 1 names")]
    [InlineData("""{"optionName":"ADDMETADATA","timestamp":true}""", "timestamp", "Write \"true\"")]
    [InlineData("""{"optionName":"ADDEC2METADATA"}""", "logFormat", "is missing")]
    [InlineData("""{"optionName":"USINGPLUGGIN","classname":"com.example.My"}""", "optionName", "com.example.My")]
    [InlineData("""{"optionName":"csvtojson"}""", "optionName", "csvtojson is no converter")]
    [InlineData("7", "", "is no object")]
    public void What_stops_the_agent_or_cannot_be_taken_over_is_refused(string option, string key, string reason)
    {
        var result = Of(option);
        Assert.Contains(result.Refusals, note =>
            note.Key.EndsWith(key, StringComparison.Ordinal) && note.Text.Contains(reason, StringComparison.Ordinal));
        Assert.All(result.Refusals, note => Assert.StartsWith("dataProcessingOptions[0]", note.Key, StringComparison.Ordinal));
        Assert.Empty(result.Steps);
    }

    [Theory]
    [InlineData("""{"optionName":"SINGLELINE","parseOptions":"NO_TRIM"}""", "parseOptions", "is no list")]
    [InlineData("""{"optionName":"SINGLELINE","parseOptions":["no_trim"]}""", "parseOptions", "has no_trim")]
    [InlineData("""{"optionName":"CSVTOJSON","customFieldNames":["a"],"delimiter":"["}""", "delimiter", "fails with every line")]
    [InlineData("""{"optionName":"CSVTOJSON","customFieldNames":["a",null]}""", "customFieldNames", "fails with every line")]
    [InlineData("""{"optionName":"CSVTOJSON","customFieldNames":["a"],"delimiter":null}""", "delimiter", "fails with every line")]
    [InlineData(
        """{"optionName":"LOGTOJSON","logFormat":"SYSLOG","matchPattern":"(.)(.)","customFieldNames":["a"]}""",
        "customFieldNames", "2 groups")]
    [InlineData("""{"optionName":"ADDMETADATA","timestamp":"yes"}""", "timestamp", "means false")]
    [InlineData("""{"optionName":"ADDEC2METADATA","logFormat":"SYSLOG","metadataTTL":"soon"}""", "metadataTTL", "is no number: 1h is used")]
    [InlineData("""{"optionName":"ADDEC2METADATA","logFormat":"SYSLOG","metadataTTL":5}""", "metadataTTL", "is out of range: 1m is used")]
    [InlineData("""{"optionName":"ADDBRACKETS","quote":"x"}""", "quote", "is no key")]
    public void What_the_agent_ignores_or_nobody_expects_is_a_warning(string option, string key, string text)
    {
        var result = Of(option);
        Assert.Empty(result.Refusals);
        var note = Assert.Single(result.Warnings);
        Assert.Equal($"dataProcessingOptions[0].{key}", note.Key);
        Assert.Contains(text, note.Text, StringComparison.Ordinal);
        Assert.Empty(ProcessingOptions.Validate([Assert.Single(result.Steps)], "P"));
    }

    [Fact]
    public void The_options_that_are_no_list_are_ignored_with_a_warning()
    {
        using var text = JsonDocument.Parse("\"SINGLELINE\"");
        Assert.Equal("dataProcessingOptions", Assert.Single(AgentSteps.Of(text.RootElement).Warnings).Key);
        Assert.Empty(AgentSteps.Of(default).Warnings);
    }

    private static AgentStepsResult Of(string option)
    {
        using var document = JsonDocument.Parse($"[{option}]");
        return AgentSteps.Of(document.RootElement);
    }
}
