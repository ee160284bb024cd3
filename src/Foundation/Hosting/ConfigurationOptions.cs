using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;

namespace Shipper.Foundation.Hosting;

/// <summary>The two options that every executable shares: <c>--config FILE</c> and <c>--set Key:Path=value</c>.</summary>
/// <param name="example">A setting of this executable, shown in its help.</param>
/// <param name="files">What a file does, for its help.</param>
internal sealed class ConfigurationOptions(
    string example = "Shipper:Aws:Region=eu-west-1",
    string files = "A JSON file whose settings override those of appsettings.json; may be repeated.")
{
    private readonly Option<string[]> _config = new("--config", "-c")
    {
        Description = files,
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = $"A setting that overrides files and environment, for example {example}; may be repeated.",
        HelpName = "Key:Path=value",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds both options to <paramref name="command"/> and every command below it.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_set);
    }

    /// <summary>The files that the command line names, in their order.</summary>
    public IReadOnlyList<string> FilesOf(ParseResult result) => result.GetValue(_config) ?? [];

    /// <summary>The settings that the command line names, in their order.</summary>
    public IReadOnlyList<string> SettingsOf(ParseResult result) => result.GetValue(_set) ?? [];

    /// <summary>Builds the layered configuration with the files and settings of the command line.</summary>
    public IConfigurationRoot Build(ParseResult result, ConfigurationProblems problems) =>
        ServiceConfiguration.Build(FilesOf(result), SettingsOf(result), problems);
}
