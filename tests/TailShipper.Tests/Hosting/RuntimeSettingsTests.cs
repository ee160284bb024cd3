using System.Text.Json;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting;

public sealed class RuntimeSettingsTests
{
    [Fact]
    public void The_youngest_generation_does_not_grow_to_the_size_of_the_processors_cache()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "tailshipper.runtimeconfig.json")));
        var properties = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.InRange(properties.GetProperty("System.GC.Gen0MaxBudget").GetInt64(), 1 << 20, 8 << 20);
    }
}
