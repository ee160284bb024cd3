using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>Registers the dead letters.</summary>
internal static class DeadLetterRegistration
{
    /// <summary>
    /// Adds the directory of dead letters, one for all flows. Needs <see cref="ShipperOptions"/> and <see cref="ILoggerFactory"/>.
    /// </summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services) => services.AddSingleton(provider =>
    {
        var options = provider.GetRequiredService<ShipperOptions>();
        return new DeadLetterDirectory(
            ShipperDirectories.DeadLetters(options),
            options.DeadLetters,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shipper.Flow"),
            () => options.Flows.Count);
    });
}
