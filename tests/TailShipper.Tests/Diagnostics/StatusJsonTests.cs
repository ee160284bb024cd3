using Shipper.TailShipper.Diagnostics.Status;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics;

public sealed class StatusJsonTests
{
    // A command of one version may ask a service of another.
    [Fact]
    public void What_another_service_does_not_have_keeps_its_default_and_what_it_has_more_is_passed_over()
    {
        var status = StatusJson.Read(
            """
            {
              "at": "2026-01-31T08:00:00Z", "health": "ok", "checkpoints": {"mood": "good"},
              "service": {
                "pid": 1, "version": "0.0.9", "started_at": "2026-01-31T08:00:00Z", "state_directory": "/s", "memory_bytes": 1,
                "cpu_seconds": 0.5, "log_level": "Information"
              },
              "flows": [{"flow": "orders", "destination": "red-fire", "health": "ok", "lag_bytes": 7}]
            }
            """);
        Assert.Equal(1, status.Version);
        Assert.Empty(status.Reasons);
        Assert.Empty(status.Files);
        Assert.Empty(status.LastErrors);
        Assert.Empty(status.Service!.ConfigurationFiles);
        Assert.Empty(Assert.Single(status.Flows).Figures);
        Assert.Empty(status.Flows[0].Errors);
    }
}
