using System.CommandLine;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>Reads the configuration that a command line names.</summary>
internal sealed class SetupLoader(ConfigurationOptions configuration)
{
    /// <summary>For a command that asks: what only a running service needs is not checked.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; with every problem.</exception>
    public ShipperSetup Load(ParseResult result) => Load(result, toRun: false);

    /// <summary>With everything that a running service needs: a state directory that can be written, a region.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; with every problem.</exception>
    public ShipperSetup LoadToRun(ParseResult result) => Load(result, toRun: true);

    private ShipperSetup Load(ParseResult result, bool toRun)
    {
        var problems = new ConfigurationProblems();
        return ShipperSetup.Load(configuration.Build(result, problems), problems, toRun);
    }
}
