using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;

namespace Shipper.Foundation.Hosting;

/// <summary>The two options that every executable shares: <c>--config FILE</c> and <c>--set Key:Path=value</c>.</summary>
/// <param name="example">A setting of this executable, shown in its help.</param>
/// <param name="files">What a file does, for its help.</param>
/// <param name="mustExist">False where another program reads the files.</param>
internal sealed class ConfigurationOptions(
    string example = "Shipper:Aws:Region=eu-west-1",
    string files = "A JSON file whose settings override those of appsettings.json; may be repeated.",
    bool mustExist = true)
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

    // A word that could never be one is an error of the command line, whatever the configuration says.
    private static void RefuseSettings(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.Split('=', 2) is not [{ Length: > 0 } key, _] || !key.Contains(':')))
        {
            result.AddError($"--set {token.Value} is not of the form Key:Path=value; write for example --set Shipper:Aws:Region=eu-west-1");
        }
    }

    private static void RefuseFiles(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (Directory.Exists(token.Value))
            {
                result.AddError($"--config {token.Value} is a directory; name a JSON file");
            }
            else if (Path.GetDirectoryName(Path.GetFullPath(token.Value)) is { } directory && Directory.Exists(directory)
                && SafeFiles.IsMissing(token.Value))
            {
                result.AddError($"--config {token.Value}: there is no such file");
            }
        }
    }

    /// <summary>Adds both options to <paramref name="command"/> and every command below it.</summary>
    public void AddTo(Command command)
    {
        if (mustExist)
        {
            _config.Validators.Add(RefuseFiles);
        }

        _set.Validators.Add(RefuseSettings);
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
