using System.Reflection;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>The version of this build, as metrics and status name it.</summary>
internal static class ProductVersion
{
    /// <summary>For example <c>0.1.0</c>; without what a build puts behind a plus.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0";
}
