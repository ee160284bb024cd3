using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;

namespace Shipper.Foundation.Hosting;

/// <summary>The two options that every executable shares: <c>--config FILE</c> and <c>--set Key:Path=value</c>.</summary>
/// <param name="example">A setting of this executable, for its help.</param>
internal sealed class ConfigurationOptions(string example = "Shipper:Aws:Region=eu-west-1")
{
    private readonly Option<string[]> _config = new("--config", "-c")
    {
        Description = "A JSON file laid over appsettings.json; may be repeated.",
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = $"One setting laid over files and environment, for example {example}; may be repeated.",
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

    /// <summary>Builds the layered configuration from what the command line named.</summary>
    public IConfigurationRoot Build(ParseResult result, ConfigurationProblems problems) =>
        ServiceConfiguration.Build(result.GetValue(_config) ?? [], result.GetValue(_set) ?? [], problems);
}
