using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Explain;

/// <summary>What systemd units hide from the service.</summary>
public sealed class UnitRulesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("units-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("/home/shop/logs", "ProtectHome=yes")]
    [InlineData("/root/x.log", "ProtectHome=yes")]
    [InlineData("/run/user/1000/x.log", "ProtectHome=yes")]
    [InlineData("/tmp", "PrivateTmp=yes")]
    [InlineData("/var/tmp/app/x.log", "PrivateTmp=yes")]
    [InlineData("/var/log/app/x.log", null)]
    [InlineData("/homes/x.log", null)]
    [InlineData("/srv/tmp/x.log", null)]
    public void Without_an_installed_unit_the_packaged_one_counts(string path, string? setting) =>
        Assert.Equal(setting, UnitRules.Read(_root).Hiding(path)?.Setting);

    [Fact]
    public void The_packaged_unit_hides_what_is_said_of_it()
    {
        Write("usr/lib/systemd/system/tailshipper.service", RepositoryFiles.Read("deploy/systemd/tailshipper.service"));
        var rules = UnitRules.Read(_root);
        Assert.Equal(("ProtectHome=yes", "/home"), rules.Hiding("/home/a/b.log"));
        Assert.Equal(("PrivateTmp=yes", "/tmp"), rules.Hiding("/tmp/b.log"));
    }

    [Fact]
    public void A_drop_in_shows_a_directory()
    {
        Write("lib/systemd/system/tailshipper.service", "[Service]\nProtectHome=yes\nPrivateTmp=yes\n");
        Write("etc/systemd/system/tailshipper.service.d/more-files.conf", RepositoryFiles.Read("deploy/systemd/examples/more-files.conf"));
        Write(
            "etc/systemd/system/tailshipper.service.d/zz.conf",
            "[Service]\nBindReadOnlyPaths=/srv/real:/home/shop/other:rbind\nPrivateTmp=no\n");
        var rules = UnitRules.Read(_root);
        Assert.Null(rules.Hiding("/home/shop/logs/x.log"));
        Assert.Null(rules.Hiding("/home/shop/other/x.log"));
        Assert.Null(rules.Hiding("/tmp/x.log"));
        Assert.Equal("ProtectHome=tmpfs", rules.Hiding("/home/shop/x.log")?.Setting);
    }

    [Fact]
    public void A_unit_of_ones_own_in_etc_goes_before_the_packaged_one()
    {
        Write("usr/lib/systemd/system/tailshipper.service", "[Service]\nProtectHome=yes\nPrivateTmp=yes\n");
        Write("etc/systemd/system/tailshipper.service", "[Service]\nPrivateTmp = true\n");
        var rules = UnitRules.Read(_root);
        Assert.Null(rules.Hiding("/home/x.log"));
        Assert.Equal("PrivateTmp=true", rules.Hiding("/var/tmp/x.log")?.Setting);
    }

    private void Write(string path, string text)
    {
        var file = Path.Join(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
