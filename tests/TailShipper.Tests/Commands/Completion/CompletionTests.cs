using System.Diagnostics;
using Shipper.TailShipper.Commands;
using Shipper.TailShipper.Commands.Completion;
using Shipper.TestSupport.Help;
using Xunit;

namespace Shipper.TailShipper.Tests.Commands.Completion;

/// <summary>The shells propose what the command line takes. The scripts that are packaged are those that the program prints.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tailshipper-completion-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("bash", "tailshipper.bash")]
    [InlineData("zsh", "_tailshipper")]
    [InlineData("fish", "tailshipper.fish")]
    public void The_packaged_script_is_what_the_program_prints(string shell, string file)
    {
        var path = Path.Join(RepositoryRoot.Directory, "deploy", "completion", file);
        var script = Script(shell);
        if (Environment.GetEnvironmentVariable("SHIPPER_WRITE_MAN") is { Length: > 0 })
        {
            File.WriteAllText(path, script);
        }

        Assert.Equal(script, File.Exists(path) ? File.ReadAllText(path) : $"there is no {path}: run this test with SHIPPER_WRITE_MAN=1");
    }

    [Theory]
    [InlineData("tailshipper ch", "check checkpoints")]
    [InlineData("tailshipper checkpoints ", "list --help -h --config -c --set --agent-json --agent-d")]
    [InlineData("tailshipper check --str", "--strict")]
    [InlineData("tailshipper --config orders.json che", "check checkpoints")]
    [InlineData("tailshipper --config check sta", "status")]
    [InlineData("tailshipper top --by ", "lag rate")]
    [InlineData("tailshipper loglevel D", "Debug")]
    [InlineData("tailshipper check --json --s", "--send --strict --set")]
    [InlineData("tailshipper replay --flow ", "")]
    [InlineData("tailshipper shipped a", "app one.log app.log")]
    [InlineData("tailshipper check --config app", "app one.log app.log")]
    [InlineData("tailshipper shipped --wa", "--wait")]
    [InlineData("tailshipper completion ", "bash fish zsh --help -h --config -c --set --agent-json --agent-d")]
    public async Task Bash_proposes(string line, string proposed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "bash is of Linux");
        await File.WriteAllTextAsync(Path.Join(_directory, "app one.log"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Join(_directory, "app.log"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Join(_directory, ".script"), Script("bash"), TestContext.Current.CancellationToken);
        var words = line.Split(' ');
        var (code, output, error) = await RunAsync("bash", "--norc", "-c", $$"""
            compopt() { :; } # it works in a shell that a person types into only
            source ./.script
            COMP_WORDS=({{string.Join(' ', words.Select(word => $"'{word}'"))}})
            COMP_CWORD={{words.Length - 1}}
            _tailshipper
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            proposed.Replace("p one", "p_one", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace(' ', '_')).Order());
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Other_shells_can_read_theirs(string shell)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Join(directory, shell)));
        Assert.SkipUnless(found, $"{shell} is not installed");
        var path = Path.Join(_directory, "script");
        await File.WriteAllTextAsync(path, Script(shell), TestContext.Current.CancellationToken);
        Assert.Equal((0, "", ""), await RunAsync(shell, "-n", path));
    }

    private static string Script(string shell) => CompletionCommand.Script(ShipperCommands.Create(), shell);

    private async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
