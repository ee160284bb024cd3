using Microsoft.Extensions.DependencyInjection;

namespace Shipper.TailShipper.Batching;

/// <summary>Registers the memory of request bodies.</summary>
internal static class BatchingRegistration
{
    /// <summary>Adds <see cref="ChunkPool"/> and <see cref="EntryPool"/>, one of each for all flows.</summary>
    /// <param name="services">The container.</param>
    /// <param name="maxBytes">How much all bodies may take, in bytes.</param>
    public static IServiceCollection AddBatching(this IServiceCollection services, long maxBytes) => services
        .AddSingleton(_ => new ChunkPool(maxBytes))
        .AddSingleton(_ => new EntryPool());
}
