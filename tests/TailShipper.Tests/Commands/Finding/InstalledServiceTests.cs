using Shipper.TailShipper.Commands.Shared.Finding;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Finding;

/// <summary>Without --config a command is about the installed service: what starts it says which files.</summary>
public sealed class InstalledServiceTests : IDisposable
{
    private const string Unit = "usr/lib/systemd/system/tailshipper.service";
    private const string DropIns = "etc/systemd/system/tailshipper.service.d";

    private readonly string _root = Directory.CreateTempSubdirectory("service-").FullName;

    private ConfigurationFinder Finder => new(_root);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_packaged_unit_names_the_file_in_etc_and_its_directories()
    {
        Write(Unit, RepositoryFiles.Read("deploy/systemd/tailshipper.service"));
        Write("etc/tailshipper/appsettings.json", "{}");
        var found = Finder.Find([], isService: false);
        Assert.Equal([At("etc/tailshipper/appsettings.json")], found.Files);
        Assert.Equal("the unit tailshipper.service", found.Origin);
        Assert.False(found.IsNamed);
        Assert.Equal("/var/lib/tailshipper", found.Variables["STATE_DIRECTORY"]);
        Assert.Equal("/var/log/tailshipper", found.Variables["LOGS_DIRECTORY"]);
        Assert.Equal("/run/tailshipper", found.Variables["RUNTIME_DIRECTORY"]);
    }

    [Fact]
    public void A_drop_in_that_starts_it_with_other_files_settings_and_variables_counts()
    {
        Write(Unit, RepositoryFiles.Read("deploy/systemd/tailshipper.service"));
        Write(
            $"{DropIns}/20-own.conf",
            """
            # a comment
            [Unit]
            Environment=NOT=this
            [Service]
            ExecStart=
            ExecStart=-/usr/bin/tailshipper run \
                --config "/srv/my orders/a.json" -c=/srv/b.json --set Shipper:Aws:Region=${REGION} $MORE
            ConfigurationDirectory=
            StateDirectory=
            StateDirectory=shop/state:link other
            Environment=REGION=eu-west-1 "Shipper__ScanInterval=2s" MORE="--set Shipper:PollInterval=1s"
            EnvironmentFile=-/etc/default/tailshipper
            LoadCredential=aws-credentials:/etc/tailshipper/aws-credentials
            """);
        Write("etc/default/tailshipper", "# region\nREGION='us-east-2'\n");
        var found = Finder.Find([], isService: false);
        Assert.Equal([At("srv/my orders/a.json"), At("srv/b.json")], found.Files);
        Assert.Equal(["Shipper:Aws:Region=us-east-2", "Shipper:PollInterval=1s"], found.Settings);
        Assert.Equal("2s", found.Variables["Shipper__ScanInterval"]);
        Assert.Equal("/var/lib/shop/state", found.Variables["STATE_DIRECTORY"]);
        Assert.Equal("/etc/tailshipper/aws-credentials", found.Variables["AWS_SHARED_CREDENTIALS_FILE"]);
        Assert.DoesNotContain("NOT", found.Variables.Keys);
    }

    [Fact]
    public void A_unit_that_names_no_file_reads_its_configuration_directory()
    {
        Write(Unit, "[Service]\nExecStart=tailshipper run\nConfigurationDirectory=shop\n");
        Write("etc/shop/appsettings.json", "{}");
        Write("etc/tailshipper/appsettings.json", "{}");
        Assert.Equal([At("etc/shop/appsettings.json")], Finder.Find([], isService: false).Files);
    }

    [Fact]
    public void A_unit_that_runs_straight_from_an_agents_configuration_names_it()
    {
        Write(Unit, "[Service]\nExecStart=tailshipper run --agent-json /etc/aws-kinesis/agent.json\nConfigurationDirectory=tailshipper\n");
        Write("etc/tailshipper/appsettings.json", "{}");
        var found = Finder.Find([], isService: false);
        Assert.Equal(new AgentFiles(At("etc/aws-kinesis/agent.json"), At("etc/aws-kinesis/agent.d")), found.Agent);
        Assert.Empty(found.Files); // the packaged file has a flow of its own
    }

    [Fact]
    public void A_unit_in_etc_hides_the_packaged_one()
    {
        Write(Unit, "[Service]\nExecStart=tailshipper run --config /srv/packaged.json\n");
        Write("etc/systemd/system/tailshipper.service", "[Service]\nExecStart=tailshipper run --config /srv/own.json\n");
        Assert.Equal([At("srv/own.json")], Finder.Find([], isService: false).Files);
    }

    [Fact]
    public void Without_a_unit_it_is_the_usual_file_and_without_that_none()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The usual file of Windows has a drive letter.");
        var none = Finder.Find([], isService: false);
        Assert.Empty(none.Files);
        Assert.Empty(none.Variables);
        Write("etc/tailshipper/appsettings.json", "{}");
        Assert.Equal([At("etc/tailshipper/appsettings.json")], Finder.Find([], isService: false).Files);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_of_the_command_line_are_the_only_ones(bool isService)
    {
        Write(Unit, RepositoryFiles.Read("deploy/systemd/tailshipper.service"));
        var found = Finder.Find(["/tmp/a.json", "b.json"], isService);
        Assert.Equal(["/tmp/a.json", "b.json"], found.Files);
        Assert.True(found.IsNamed);
        Assert.Empty(found.Variables);
    }

    [Fact]
    public void The_service_of_windows_is_started_with_its_command_line()
    {
#pragma warning disable CA1416 // parses a text only
        var service = WindowsRegistration.Of(
            @"""C:\Program Files\tailshipper\0.1.0\lib\tailshipper.exe"" run --config ""C:\ProgramData\tailshipper\appsettings.json""",
            ["Shipper__Aws__Region=eu-west-1", "broken"]);
#pragma warning restore CA1416
        Assert.Equal(["run", "--config", @"C:\ProgramData\tailshipper\appsettings.json"], service.Arguments);
        Assert.Equal("eu-west-1", service.Environment["shipper__aws__region"]);
        Assert.Null(service.ConfigurationDirectory);
    }

    [Theory]
    [InlineData("""a "b c" 'd "e' f\sg "" h""", "a|b c|d \"e|f g||h")]
    [InlineData("  one\ttwo  ", "one|two")]
    [InlineData("", "")]
    public void A_command_line_is_split_as_systemd_does(string line, string words) =>
        Assert.Equal(words, string.Join('|', CommandWords.OfUnit(line)));

    private string At(string path) => Path.Join(_root, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }
}
